import { describe, expect, test } from "vitest";
import { type Asked, compileTrafficRules } from "@/lib/capture/traffic/traffic-rules";
import { SiteSettings } from "@/lib/store/site-settings";

const rulesOf = (
  exclude: { addresses?: string[]; paths?: string[]; hosts?: string[] },
  own: { visitors?: string[]; users?: string[] } = {},
  collectHosts: string[] = [],
) => compileTrafficRules(SiteSettings.parse({ exclude, collectHosts }), { visitors: own.visitors ?? [], users: own.users ?? [] });

const asked = (given: Partial<Asked>): Asked => ({
  address: "203.0.113.7",
  host: "shop.example:3000",
  path: "/launches",
  cookie: null,
  visitor: "visitor",
  user: null,
  ...given,
});

describe("an owner's rules", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.7", "192.0.2.8", false],
    ["192.0.2.99/24", "192.0.2.200", true],
    ["192.0.2.0/24", "192.0.3.1", false],
    ["10.0.0.0/9", "10.127.255.255", true],
    ["10.0.0.0/9", "10.128.0.0", false],
    ["0.0.0.0/0", "198.51.100.1", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["2001:db8::/33", "2001:db8:7fff::1", true],
    ["2001:db8::/33", "2001:db8:8000::1", false],
    ["2001:0DB8:0:0::1", "2001:db8::1", true],
    ["::ffff:192.0.2.7", "192.0.2.7", true],
  ])("the address rule %s holds for %s: %s", (rule, address, holds) => {
    expect(rulesOf({ addresses: [rule] }).judge(asked({ address })) !== null).toBe(holds);
  });

  test.each([
    ["/internal", "/internal", true],
    ["/internal", "/internal/a/b", true],
    ["/internal/", "/internal", true],
    ["/internal", "/internal/", true],
    ["/internal", "/internals", false],
    ["/internal", "/a/internal", false],
    ["/", "/", true],
    ["/", "/launches", false],
    ["/*/preview", "/a/b/preview", true],
    ["/*/preview", "/a/preview/x", false],
    ["*.pdf", "/files/a.pdf", true],
    ["/a*b*c", "/abc", true],
    ["/a*b*c", "/acb", false],
    ["/aba*ba", "/aba", false],
    ["/caf%C3%A9", "/café", true],
    ["/café", "/caf%C3%A9/x", true],
  ])("the path rule %s holds for %s: %s", (rule, path, holds) => {
    expect(rulesOf({ paths: [rule] }).judge(asked({ path })) !== null).toBe(holds);
  });

  test.each([
    ["staging.shop.example", "staging.shop.example:8080", true],
    ["Staging.Shop.Example", "STAGING.shop.example.", true],
    ["shop.example", "staging.shop.example", false],
    ["*.shop.example", "a.b.shop.example", true],
    ["*.shop.example", "shop.example", false],
    ["localhost", "localhost:3000", true],
    ["[::1]", "[::1]:3000", true],
  ])("the host rule %s holds for %s: %s", (rule, host, holds) => {
    expect(rulesOf({ hosts: [rule] }).judge(asked({ host })) !== null).toBe(holds);
  });

  test("each verdict names what held, and own traffic comes before every rule", () => {
    const rules = rulesOf({ addresses: ["203.0.113.0/24"], paths: ["/x"], hosts: ["h.example"] }, { visitors: ["v1"], users: ["u1"] });
    expect(rules.judge(asked({}))).toEqual({ category: "excluded", reason: "address 203.0.113.0/24" });
    expect(rules.judge(asked({ address: null, path: "/x/y" }))).toEqual({ category: "excluded", reason: "path /x" });
    expect(rules.judge(asked({ address: null, host: "h.example" }))).toEqual({ category: "excluded", reason: "host h.example" });
    expect(rules.judge(asked({ visitor: "v1" }))).toEqual({ category: "own-traffic", reason: "own browser" });
    expect(rules.judge(asked({ visitor: "day:x", cookie: "v1" }))).toEqual({ category: "own-traffic", reason: "own browser" });
    expect(rules.judge(asked({ user: "u1" }))).toEqual({ category: "own-traffic", reason: "own account" });
    expect(rules.judge(asked({ address: null }))).toBeNull();
  });

  test("only hosts that are named may send events", () => {
    const { mayCollect } = rulesOf({}, {}, ["shop.example", "*.cdn.example"]);
    expect(["shop.example", "shop.example:8443", "a.cdn.example"].every(mayCollect)).toBe(true);
    expect(["evil.example", "cdn.example", "shop.example.evil.example", "notshop.example"].some(mayCollect)).toBe(false);
  });

  test("a request is judged quickly however many rules there are and however it is made", () => {
    const many = Array.from({ length: 200 }, (_, index) => index);
    const rules = rulesOf({
      addresses: many.map((index) => `10.${index}.0.0/${16 + (index % 12)}`),
      paths: many.map((index) => `/${"a*".repeat(20)}${index}`),
      hosts: many.map((index) => `*.h${index}.example`),
    });
    const began = performance.now();
    for (let round = 0; round < 100; round++) expect(rules.judge(asked({ path: `/${"a".repeat(990)}` }))).toBeNull();
    expect((performance.now() - began) / 100).toBeLessThan(50);
  });
});

describe("what cannot be read is refused by name", () => {
  test.each([
    ["addresses", "10.0.0.0/33"],
    ["addresses", "10.0.0"],
    ["addresses", "nonsense"],
    ["addresses", "10.1/16"],
    ["paths", "internal"],
    ["paths", "/a b"],
    ["paths", "/a?b"],
    ["paths", "*"],
    ["hosts", "a b"],
    ["hosts", "*.*.example"],
    ["hosts", "https://"],
  ])("%s: %s", (list, rule) => {
    const parsed = SiteSettings.safeParse({ exclude: { [list]: ["192.0.2.1", rule].slice(list === "addresses" ? 0 : 1) } });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.message).toContain(`“${rule}”`);
  });

  test("more than 200 rules are too many", () => {
    expect(SiteSettings.safeParse({ exclude: { paths: Array.from({ length: 201 }, (_, index) => `/${index}`) } }).success).toBe(false);
  });
});
