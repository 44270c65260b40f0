import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address or a range in its one canonical form, `192.0.2.0/24`; null for anything else. */
export function parseAddressRule(text: string): string | null {
  const word = text.trim();
  if (word.includes("/")) return parseRange(word);
  return parseAddress(word)?.toString() ?? null;
}

function parseRange(word: string): string | null {
  if (!ipaddr.isValidCIDR(word) || !parseAddress(word.split("/")[0] ?? "")) return null;
  const [address, bits] = ipaddr.parseCIDR(word);
  return `${prefixOf(address, bits)}/${bits}`;
}

/** Four-part IPv4 and IPv6; an IPv4 address in IPv6 clothes becomes what it is. */
function parseAddress(word: string): Address | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(word) && !(word.includes(":") && ipaddr.IPv6.isValid(word))) return null;
  return ipaddr.process(word);
}

function prefixOf(address: Address, bits: number): string {
  const bytes = address.toByteArray().map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff);
  return ipaddr.fromByteArray(bytes).toString();
}

/** Finds the rule that holds for an address: one look-up for the address, and one for each length of range that some rule has. */
export function compileAddressRules(rules: readonly string[]): (address: string) => string | null {
  const known = new Set(rules);
  const lengths = { ipv4: new Set<number>(), ipv6: new Set<number>() };
  for (const rule of rules) {
    if (rule.includes("/")) lengths[rule.includes(":") ? "ipv6" : "ipv4"].add(Number(rule.split("/")[1]));
  }
  return (address) => {
    if (known.has(address)) return address;
    if (lengths.ipv4.size + lengths.ipv6.size === 0) return null;
    const parsed = parseAddress(address);
    if (!parsed) return null;
    for (const bits of lengths[parsed.kind()]) {
      const range = `${prefixOf(parsed, bits)}/${bits}`;
      if (known.has(range)) return range;
    }
    return null;
  };
}
