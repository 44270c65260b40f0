import { createHmac } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { SiteSettings } from "../store/site-settings";

/** What is stored of a client's address: all of it, its network (/24 or /48), or a keyed hash, as the site's owner chose. */
export function maskAddress(address: string | null, privacy: SiteSettings["addressPrivacy"], secret: string): string | null {
  if (address === null || privacy === "keep") return address;
  if (privacy === "hash") return createHmac("sha256", secret).update(address).digest("base64url").slice(0, 22);
  const parsed = ipaddr.process(address);
  return parsed.kind() === "ipv4"
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`)}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/48`)}/48`;
}
