import ipaddr from "ipaddr.js";
import { type ProxyTrust, parseProxyTrust, readClientAddress } from "../capture/client-address";
import { captureState, REQUEST_ID_HEADER } from "../capture/state";
import { env } from "../env";

const IPV6_NETWORK_PARTS = 4;
let trust: ProxyTrust | undefined;

/**
 * Whom an attempt is counted for: the client's address, seen past the proxies that are trusted. Of an IPv6 address only the network
 * counts, for one household or server has all the addresses in it. `unknown` is one counter for all whose connection nobody saw.
 */
export function clientAddress(headers: Headers): string {
  trust ??= parseProxyTrust(env().TRUSTED_PROXIES);
  const peer = captureState().running.get(headers.get(REQUEST_ID_HEADER) ?? "")?.peerAddress ?? null;
  const told = {
    "x-forwarded-for": headers.get("x-forwarded-for") ?? "",
    "cf-connecting-ip": headers.get("cf-connecting-ip") ?? "",
    "x-vercel-forwarded-for": headers.get("x-vercel-forwarded-for") ?? "",
  };
  const { address } = readClientAddress(told, peer, trust);
  if (!address) return "unknown";
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, IPV6_NETWORK_PARTS).join(":")}::/64` : address;
}
