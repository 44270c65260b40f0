import { type ProxyTrust, readClientAddress, readProxyTrust } from "../capture/client-address";
import { networkOf } from "../capture/network-of";
import { captureState, REQUEST_ID_HEADER } from "../capture/state";

let trust: ProxyTrust | undefined;

/** Whom an attempt is counted for: the network of the client's address, seen past the proxies that are trusted. */
export function clientAddress(headers: Headers): string {
  trust ??= readProxyTrust();
  const peer = captureState().running.get(headers.get(REQUEST_ID_HEADER) ?? "")?.peerAddress ?? null;
  const told = {
    "x-forwarded-for": headers.get("x-forwarded-for") ?? "",
    "cf-connecting-ip": headers.get("cf-connecting-ip") ?? "",
    "x-vercel-forwarded-for": headers.get("x-vercel-forwarded-for") ?? "",
  };
  return networkOf(readClientAddress(told, peer, trust).address);
}
