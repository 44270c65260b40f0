import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProxyTrust, readClientAddress } from "@/lib/capture/client-address";

const CLIENT = "203.0.113.7";
const PROXY = "10.0.0.5";

const CASES: [string, string, Record<string, string>, string | null, string | null][] = [
  ["without proxies the connection is the client", "", {}, CLIENT, CLIENT],
  ["without proxies nobody is believed", "", { "x-forwarded-for": "1.2.3.4" }, CLIENT, CLIENT],
  ["a trusted proxy names the client", "10.0.0.0/8", { "x-forwarded-for": CLIENT }, PROXY, CLIENT],
  ["a forged first entry is not reached", "10.0.0.0/8", { "x-forwarded-for": `1.2.3.4, ${CLIENT}` }, PROXY, CLIENT],
  ["a chain of trusted proxies is walked to its end", "10.0.0.0/8", { "x-forwarded-for": `1.2.3.4, ${CLIENT}, 10.9.9.9` }, PROXY, CLIENT],
  ["a stranger that speaks for others is the client", "10.0.0.0/8", { "x-forwarded-for": "1.2.3.4" }, CLIENT, CLIENT],
  ["rubbish ends the walk", "10.0.0.0/8", { "x-forwarded-for": "1.2.3.4, unknown" }, PROXY, PROXY],
  ["one address is a range of one", PROXY, { "x-forwarded-for": CLIENT }, PROXY, CLIENT],
  ["hops are counted from the end", "2", { "x-forwarded-for": `1.2.3.4, ${CLIENT}, 198.51.100.1` }, PROXY, CLIENT],
  ["who came past the proxies is the client", "2", { "x-forwarded-for": "1.2.3.4" }, CLIENT, CLIENT],
  ["IPv4 in IPv6 clothes is IPv4", "loopback", { "x-forwarded-for": CLIENT }, "::ffff:127.0.0.1", CLIENT],
  ["ports are taken off", "loopback", { "x-forwarded-for": `${CLIENT}:4711` }, "::1", CLIENT],
  ["IPv6 in brackets is read", "loopback", { "x-forwarded-for": "[2001:db8::7]:443" }, "::1", "2001:db8::7"],
  ["Vercel's own header is believed there", "vercel", { "x-vercel-forwarded-for": CLIENT }, null, CLIENT],
  ["Vercel's header is not believed elsewhere", "loopback", { "x-vercel-forwarded-for": "1.2.3.4" }, "::1", "::1"],
  ["Cloudflare's header is believed from Cloudflare", "cloudflare", { "cf-connecting-ip": CLIENT }, "173.245.48.9", CLIENT],
  ["Cloudflare's header is not believed from others", "cloudflare", { "cf-connecting-ip": "1.2.3.4" }, CLIENT, CLIENT],
  ["behind a tunnel on the same machine", "cloudflare, loopback", { "cf-connecting-ip": CLIENT }, "127.0.0.1", CLIENT],
  ["no connection, no address", "", { "x-forwarded-for": "1.2.3.4" }, null, null],
];

describe("the client's address", () => {
  test.each(CASES)("%s", (_, trusted, headers, peer, expected) => {
    const { address, reason } = readClientAddress(headers, peer, parseProxyTrust(trusted));
    expect(address).toBe(expected);
    expect(reason).toMatch(/\w/);
  });

  test.each(["", "loopback", "1", "2"])(
    "what Next itself writes into the header is no proxy's word: with %j it is the connection",
    (trusted) => {
      const { address, reason } = readClientAddress({ "x-forwarded-for": "127.0.0.1" }, "::ffff:127.0.0.1", parseProxyTrust(trusted));
      expect([address, reason]).toEqual(["127.0.0.1", expect.stringMatching(/^the connection itself/)]);
    },
  );

  test("whatever a client writes before it, the entry of the trusted proxy counts", () => {
    const forged = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 30 });
    fc.assert(
      fc.property(forged, (entries) => {
        const headers = {
          "x-forwarded-for": [...entries, CLIENT].join(", "),
          "cf-connecting-ip": "1.2.3.4",
          "x-vercel-forwarded-for": "1.2.3.4",
        };
        expect(readClientAddress(headers, PROXY, parseProxyTrust("10.0.0.0/8")).address).toBe(CLIENT);
        expect(readClientAddress(headers, PROXY, parseProxyTrust("1")).address).toBe(CLIENT);
        expect(readClientAddress(headers, "192.0.2.99", parseProxyTrust("10.0.0.0/8")).address).toBe("192.0.2.99");
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(["10.0.0.0/99", "nginx", "1.2.3", "999"])("the setting %s is refused by name", (text) => {
    expect(() => parseProxyTrust(text)).toThrow(expect.objectContaining({ code: "invalid", field: "TRUSTED_PROXIES" }));
  });
});
