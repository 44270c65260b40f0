import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitBytes } from "@/lib/capture/collect/byte-limiter";
import { parseCollected } from "@/lib/capture/collect/collect-input";
import { makeEvent, makeVital } from "@/lib/capture/collect/make-event";
import { NewEvent } from "@/lib/capture/event";
import { BROWSERS } from "../../support/user-agents";

const NOW = new Date("2026-06-10T12:00:00.000Z");
const sender = {
  visitor: "visitor-1",
  user: null,
  address: "203.0.113.7",
  country: "NZ",
  host: "shop.example",
  headers: { "user-agent": BROWSERS[0], "accept-language": "de-AT,de;q=0.9" },
};
const VIEW = { kind: "view", path: "/login" };

describe("what /api/collect takes", () => {
  test("one event or an array of them", () => {
    expect(parseCollected(VIEW).events).toHaveLength(1);
    expect(parseCollected([VIEW, { ...VIEW, kind: "ping" }]).events).toHaveLength(2);
    expect(parseCollected([])).toEqual({ events: [], refused: [] });
  });

  test.each([
    ["user", { ...VIEW, user: { key: "account-1" } }],
    ["visitor", { ...VIEW, visitor: "somebody-else" }],
    ["address", { ...VIEW, address: "1.2.3.4" }],
    ["status", { ...VIEW, status: 200 }],
    ["kind", { kind: "login", path: "/login" }],
    ["kind", { path: "/" }],
    ["path", { kind: "view", path: "https://evil.example/" }],
    ["path", { kind: "view", path: "//evil.example/" }],
    ["path", { kind: "view", path: "/dashboard" }],
    ["path", { kind: "view", path: "/api/auth/session" }],
    ["path", { kind: "view", path: `/${"x".repeat(4_000)}` }],
    ["id", { ...VIEW, id: "1" }],
    ["at", { ...VIEW, at: "yesterday" }],
    ["at", { ...VIEW, at: "2026-06-10 12:00" }],
    ["ago", { ...VIEW, ago: Number.POSITIVE_INFINITY }],
    ["scroll", { kind: "ping", path: "/", scroll: 101 }],
  ])("the field %s is refused by name and position: %j", (field, event) => {
    expect(parseCollected([VIEW, event])).toMatchObject({
      events: [{ position: 0 }],
      refused: [{ position: 1, field, reason: expect.stringContaining(field) }],
    });
  });

  test.each([
    ["now, without a time", {}, 0],
    ["a moment ago", { ago: 1_500 }, -1_500],
    ["ages ago", { ago: 1e12 }, -1_800_000],
    ["a told time", { at: "2026-06-10T11:59:00Z" }, -60_000],
    ["a told time in another zone", { at: "2026-06-10T13:59:00+02:00" }, -60_000],
    ["a time to come", { at: "2031-01-01T00:00:00Z" }, 0],
    ["the year 1", { at: "0001-01-01T00:00:00Z" }, -1_800_000],
  ])("the time of an event: %s", (_, given, offsetMs) => {
    const [first] = parseCollected({ ...VIEW, ...given }).events;
    if (!first) throw new Error("refused");
    expect(makeEvent(first.event, sender, NOW).at.getTime() - NOW.getTime()).toBe(offsetMs);
  });

  test("a view is the sender's, with its route, its source and the window's class", () => {
    const [first] = parseCollected({
      ...VIEW,
      path: "/login?utm_source=x",
      title: "Sign in",
      referrer: "https://www.bing.com/",
      screen: 390,
    }).events;
    if (!first) throw new Error("refused");
    expect(makeEvent(first.event, sender, NOW)).toMatchObject({
      visitor: "visitor-1",
      address: "203.0.113.7",
      route: "/login",
      path: "/login",
      title: "Sign in",
      client: { browser: "Chrome", language: "de-AT", screen: "phone" },
      referral: { utmSource: "x", channel: "campaign" },
    });
  });

  test("a ping carries what was measured of its page view, when that has an id", () => {
    const page = "018f3c1e-0000-7000-8000-000000000001";
    const [first] = parseCollected({ kind: "ping", path: "/login", page, scroll: 41.6, lcp: 812.5 }).events;
    if (!first) throw new Error("refused");
    expect(makeVital(first.event, sender, NOW)).toMatchObject({ route: "/login", scroll: 42, lcpMs: 812.5, cls: null });
    expect(makeVital({ ...first.event, page: "" }, sender, NOW)).toBeNull();
    const ids = [sender, sender, { visitor: "somebody-else" }].map((who) => makeVital(first.event, who, NOW)?.id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test("an anchor is part of the path, and the route is the page's", () => {
    const [first] = parseCollected({ kind: "view", path: "/launches/falcon-9#crew" }).events;
    if (!first) throw new Error("refused");
    expect(makeEvent(first.event, sender, NOW)).toMatchObject({ route: "/launches/[slug]", path: "/launches/falcon-9#crew" });
  });

  test("whatever is sent, every position is either taken as a valid event or refused with a reason", () => {
    const value = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kind: fc.constantFrom("view", "ping", "action", "login", 1),
          path: fc.oneof(fc.webPath(), fc.string()),
          ago: fc.anything(),
          title: fc.string(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), (body) => {
        const { events, refused } = parseCollected(body);
        expect([...events, ...refused].map(({ position }) => position).sort((a, b) => a - b)).toEqual(body.map((_, index) => index));
        for (const { event } of events) NewEvent.parse(makeEvent(event, sender, NOW));
        for (const { reason } of refused) expect(reason).not.toBe("");
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a sender may send so many bytes in a minute, and again in the next; others are not held up", () => {
  const take = limitBytes(1_000);
  expect(take("a", 900, 0)).toBeNull();
  expect(take("a", 200, 30_000)).toBe(30);
  expect(take("b", 200, 30_000)).toBeNull();
  expect(take("a", 200, 60_000)).toBeNull();
});

test("a clock that is set back does not hold a sender to its last minute", () => {
  const take = limitBytes(1_000);
  const now = Date.parse("2026-11-22T10:00:00Z");
  expect(take("a", 1_000, now)).toBeNull();
  expect(take("a", 1, now + 1)).not.toBeNull();
  expect(take("a", 1_000, now - 3_600_000)).toBeNull();
});
