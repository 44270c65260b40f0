import ipaddr from "ipaddr.js";
import { AppError } from "../app-error";
import { env } from "../env";
import { cacheLatest } from "./bounded-cache";
import { PROXY_PRESETS } from "./proxy-presets";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];
type AddressHeader = "x-vercel-forwarded-for" | "cf-connecting-ip";

/** Whom to believe about a client's address. */
export type ProxyTrust = {
  /** How many proxies stand in front, if that is how it was said. */
  hops: number;
  ranges: Range[];
  /** Headers that a platform sets itself; believed only from its own machines, or from anywhere where only it can reach us. */
  headers: { name: AddressHeader; anyPeer: boolean }[];
};

/** The address an event is stored with, and the reason in words for a person. */
export type ClientAddress = { address: string | null; reason: string };

type AddressHeaders = Partial<Record<AddressHeader | "x-forwarded-for", string>>;

/** Parses TRUSTED_PROXIES: addresses, CIDR ranges, a number of hops, or presets, parted by commas. Throws AppError `invalid`. */
export function parseProxyTrust(text: string): ProxyTrust {
  const trust: ProxyTrust = { hops: 0, ranges: [], headers: [] };
  for (const word of text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)) {
    const preset = PROXY_PRESETS[word];
    if (/^\d{1,2}$/.test(word)) trust.hops = Number(word);
    else if (preset) {
      trust.ranges.push(...preset.ranges.map((range) => parseRange(range)));
      if (preset.header) trust.headers.push(preset.header);
    } else trust.ranges.push(parseRange(word));
  }
  return trust;
}

/** Whom this installation believes: who is in front of it on Vercel is known without being told. Throws AppError `invalid`. */
export function readProxyTrust(): ProxyTrust {
  const { TRUSTED_PROXIES, VERCEL } = env();
  return parseProxyTrust(TRUSTED_PROXIES || (VERCEL ? "vercel" : ""));
}

function parseRange(word: string): Range {
  if (ipaddr.isValidCIDR(word)) return ipaddr.parseCIDR(word);
  const address = parseAddress(word);
  if (address) return [address, address.kind() === "ipv4" ? 32 : 128];
  const message = `TRUSTED_PROXIES: "${word}" is no address, no range such as 10.0.0.0/8, no number of hops and none of ${Object.keys(PROXY_PRESETS).join(", ")}.`;
  throw new AppError("invalid", message, { field: "TRUSTED_PROXIES" });
}

/**
 * The client's own address. `X-Forwarded-For` is read from its right end, where the nearest proxy wrote, and only as far as each hop
 * is trusted; what a client put at its left end is never reached.
 */
export function readClientAddress(headers: AddressHeaders, peer: string | null, trust: ProxyTrust): ClientAddress {
  const nearest = peer ? parseAddress(peer) : null;
  const trustedPeer = nearest !== null && isTrusted(nearest, trust);
  for (const { name, anyPeer } of trust.headers) {
    const told = parseAddress(headers[name] ?? "");
    if (told && (anyPeer || trustedPeer)) return { address: told.toString(), reason: `${name}, set by the platform` };
  }
  if (!nearest) return { address: null, reason: "the connection's address is not known" };
  const forwarded = readForwarded(headers["x-forwarded-for"] ?? "", nearest);
  return trust.hops > 0 ? countHops(forwarded, nearest, trust.hops) : walkTrusted(forwarded, nearest, trust);
}

/** The entries that proxies wrote. Where none did, Next writes the connection's own address into the header. */
function readForwarded(header: string, nearest: ipaddr.IPv4 | ipaddr.IPv6): string[] {
  const entries = header
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean)
    .slice(-20);
  const [only, ...more] = entries;
  return only && more.length === 0 && parseAddress(only)?.toString() === nearest.toString() ? [] : entries;
}

function countHops(forwarded: string[], nearest: ipaddr.IPv4 | ipaddr.IPv6, hops: number): ClientAddress {
  const told = parseAddress(forwarded.at(-hops) ?? "");
  if (told)
    return {
      address: told.toString(),
      reason: `X-Forwarded-For, ${hops} from its end, as ${hops === 1 ? "there is one proxy" : `there are ${hops} proxies`}`,
    };
  return {
    address: nearest.toString(),
    reason: `the connection itself: X-Forwarded-For has fewer than ${hops} ${hops === 1 ? "entry" : "entries"}, so the request came past the proxies`,
  };
}

function walkTrusted(forwarded: string[], nearest: ipaddr.IPv4 | ipaddr.IPv6, trust: ProxyTrust): ClientAddress {
  let address = nearest;
  let steps = 0;
  while (isTrusted(address, trust)) {
    const next = parseAddress(forwarded.at(-1 - steps) ?? "");
    if (!next) break;
    address = next;
    steps += 1;
  }
  const reason =
    steps === 0
      ? "the connection itself: it comes from no trusted proxy, or that named no other"
      : `X-Forwarded-For, ${steps} from its end, behind trusted proxies only`;
  return { address: address.toString(), reason };
}

function isTrusted(address: ipaddr.IPv4 | ipaddr.IPv6, trust: ProxyTrust): boolean {
  return trust.ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
}

/** No address is longer, with its port and zone: what a client may make up at any length is not kept. */
const LONGEST_REMEMBERED = 64;
const rememberedAddress = cacheLatest(4_096, readAddress);
/** A piece of a header keeps the whole of it in memory for as long as it is kept itself; a copy does not. */
const copyOf = (text: string) => Buffer.from(text, "latin1").toString("latin1");
/** A client's address comes with each of its requests, and its proxy's with everybody's. */
const parseAddress = (text: string) => (text.length > LONGEST_REMEMBERED ? readAddress(text) : rememberedAddress(copyOf(text)));

/** Takes `1.2.3.4:56` and `[::1]:80` too; an IPv4 address in IPv6 clothes becomes what it is. Null for anything else. */
function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = text
    .replace(/^\[([^\]]+)\](:\d+)?$/, "$1")
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/, "$1")
    .replace(/%.*$/, "");
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !(bare.includes(":") && ipaddr.IPv6.isValid(bare))) return null;
  return ipaddr.process(bare);
}
