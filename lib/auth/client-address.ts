/** The address an attempt is counted for. The last forwarded one is what the nearest server wrote; those before it anyone can write. */
export async function clientAddress(headers: Headers): Promise<string> {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || "unknown";
}
