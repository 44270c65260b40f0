/** Accesses of which no address is known are counted under this name. */
export const UNKNOWN_ADDRESS = "unknown";
