import ipaddr from "ipaddr.js";

export const UNKNOWN_NETWORK = "unknown";
const IPV6_NETWORK_PARTS = 4;

/**
 * Whom a limit by address holds for: an IPv4 address, and of an IPv6 one the network, for one household or server has all the addresses in it. `unknown`
 * is one for all whose connection nobody saw.
 */
export function networkOf(address: string | null): string {
  if (!address) return UNKNOWN_NETWORK;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, IPV6_NETWORK_PARTS).join(":")}::/64` : address;
}
