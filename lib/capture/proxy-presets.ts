type Preset = { ranges: string[]; header?: { name: "x-vercel-forwarded-for" | "cf-connecting-ip"; anyPeer: boolean } };

/** Words that TRUSTED_PROXIES understands beside addresses and numbers. */
export const PROXY_PRESETS: Record<string, Preset | undefined> = {
  loopback: { ranges: ["127.0.0.0/8", "::1/128"] },
  private: { ranges: ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"] },
  // On Vercel nothing but its edge reaches the app, and the edge overwrites this header.
  vercel: { ranges: [], header: { name: "x-vercel-forwarded-for", anyPeer: true } },
  // https://www.cloudflare.com/ips/ — behind a tunnel on the same machine add `loopback`.
  cloudflare: {
    ranges: [
      "173.245.48.0/20",
      "103.21.244.0/22",
      "103.22.200.0/22",
      "103.31.4.0/22",
      "141.101.64.0/18",
      "108.162.192.0/18",
      "190.93.240.0/20",
      "188.114.96.0/20",
      "197.234.240.0/22",
      "198.41.128.0/17",
      "162.158.0.0/15",
      "104.16.0.0/13",
      "104.24.0.0/14",
      "172.64.0.0/13",
      "131.0.72.0/22",
      "2400:cb00::/32",
      "2606:4700::/32",
      "2803:f800::/32",
      "2405:b500::/32",
      "2405:8100::/32",
      "2a06:98c0::/29",
      "2c0f:f248::/32",
    ],
    header: { name: "cf-connecting-ip", anyPeer: false },
  },
};
