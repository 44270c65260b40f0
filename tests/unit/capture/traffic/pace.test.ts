import { describe, expect, test } from "vitest";
import type { Remembered } from "@/lib/capture/remembered";
import { findHeaderTells } from "@/lib/capture/traffic/header-tells";
import { followerOf, judgePace } from "@/lib/capture/traffic/judge-pace";
import { createPace, type Step } from "@/lib/capture/traffic/pace";
import { BROWSERS } from "../../../support/user-agents";

const LIMIT = 100;
const step = (given: Partial<Step> = {}): Step => ({ key: "v", shared: false, tells: [], expectsScript: false, ...given });

/** Verdicts of `count` requests, `everyMs` apart. */
function run(count: number, everyMs: number, given: Partial<Step> = {}, pace = createPace(), from = 0): (string | null)[] {
  return Array.from({ length: count }, (_, index) => pace.step(step(given), LIMIT, from + index * everyMs));
}

describe("how fast a visitor may be", () => {
  test("a hundred pages in ten seconds are a person's, if a hasty one's; the next is a machine's", () => {
    const verdicts = run(102, 50);
    expect(verdicts.slice(0, 100)).toEqual(Array(100).fill(null));
    expect(verdicts.slice(100)).toEqual(Array(2).fill("impossible rate: over 100 pages in 10 s"));
  });

  test("a steady reader is never taken for a machine, however long", () => {
    expect(run(5_000, 150).every((verdict) => verdict === null)).toBe(true);
  });

  test("a machine stays one until it has been quiet for half an hour", () => {
    const pace = createPace();
    run(101, 10, {}, pace);
    expect(pace.verdictOf(step(), 20 * 60_000)).toMatch(/impossible rate/);
    expect(pace.step(step(), LIMIT, 29 * 60_000)).toMatch(/impossible rate/);
    expect(pace.step(step(), LIMIT, 60 * 60_000)).toBeNull();
    expect(pace.verdictOf(step(), 60 * 60_000)).toBeNull();
  });

  test("an office behind one address may be three times as fast", () => {
    expect(run(300, 10, { shared: true }).at(-1)).toBeNull();
    expect(run(301, 10, { shared: true }).at(-1)).toMatch(/over 300 pages/);
  });

  test("no single tell counts, and two only together with a rate", () => {
    expect(run(100, 10, { tells: ["no language"] }).at(-1)).toBeNull();
    expect(run(25, 10, { tells: ["no language", "no fetch metadata"] }).at(-1)).toBeNull();
    expect(run(26, 10, { tells: ["no language", "no fetch metadata"] }).at(-1)).toBe(
      "no language, no fetch metadata: and over 25 pages in 10 s",
    );
    expect(run(5_000, 1_000, { tells: ["no language", "no fetch metadata"] }).every((verdict) => verdict === null)).toBe(true);
  });

  test("of those who share an address and a browser, only requests with two tells are taken for the machine that has them", () => {
    const pace = createPace();
    const machine = { key: "nat", shared: true, tells: ["no language", "no fetch metadata"] };
    const person = { key: "nat", shared: true, tells: [] };
    const bare = { key: "nat", shared: true, tells: ["no language"] };
    expect(run(26, 10, machine, pace).at(-1)).toMatch(/and over 25 pages/);
    for (const somebody of [person, bare]) {
      expect(pace.step(step(somebody), LIMIT, 1_000)).toBeNull();
      expect(pace.verdictOf(step(somebody), 1_000)).toBeNull();
    }
    expect(pace.step(step(machine), LIMIT, 60_000)).toMatch(/and over 25 pages/);
    expect(pace.verdictOf(step(machine), 60_000)).toMatch(/and over 25 pages/);
  });

  test("many people behind one address do not make the one among them a machine whose headers a proxy takes away", () => {
    const pace = createPace();
    run(100, 10, { key: "nat", shared: true }, pace);
    expect(run(25, 10, { key: "nat", shared: true, tells: ["no language", "no fetch metadata"] }, pace, 1_000).at(-1)).toBeNull();
  });

  test.each([
    ["rate", 301, []],
    ["tells", 26, ["no language", "no fetch metadata"]],
  ])("a verdict on many (by %s) ends half an hour after their rate was last exceeded, whoever else comes by", (_, count, tells) => {
    const pace = createPace();
    const shared = { key: "nat", shared: true, tells };
    const MINUTE = 60_000;
    const at = (minutes: number) => pace.step(step(shared), LIMIT, minutes * MINUTE);
    run(count, 10, shared, pace);
    expect(at(15)).not.toBeNull();
    expect(at(29)).not.toBeNull();
    expect(at(31)).toBeNull();
    run(count, 10, shared, pace, 40 * MINUTE);
    run(count, 10, shared, pace, 60 * MINUTE);
    expect(at(89)).not.toBeNull();
    expect(at(91)).toBeNull();
  });

  test("who never runs a script is no machine for that alone; one that does is told so much less", () => {
    expect(run(100, 10, { expectsScript: true }).at(-1)).toBeNull();
    expect(run(26, 10, { expectsScript: true, tells: ["no language"] }).at(-1)).toBe(
      "no language, never ran a script: and over 25 pages in 10 s",
    );
    const pace = createPace();
    run(4, 10, { expectsScript: true, tells: ["no language"] }, pace);
    pace.noteScript("v");
    expect(run(90, 10, { expectsScript: true, tells: ["no language"] }, pace, 40).at(-1)).toBeNull();
  });

  test("of very many visitors those that are quiet for longest are forgotten", () => {
    const pace = createPace();
    for (let visitor = 0; visitor < 25_000; visitor++) pace.step(step({ key: `v${visitor}` }), LIMIT, visitor);
    expect(pace.size()).toBeLessThanOrEqual(22_000);
    expect(pace.size()).toBeGreaterThanOrEqual(20_000);
  });
});

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

describe("headers that a browser would have sent", () => {
  test.each([
    ["all are there", { "user-agent": CHROME, "accept-language": "en", "sec-fetch-mode": "navigate" }, true, []],
    [
      "what Node's own fetch fills in is no browser's",
      { "user-agent": CHROME, "accept-language": "*", "sec-fetch-mode": "cors" },
      true,
      ["no language", "no fetch metadata"],
    ],
    ["none is there", { "user-agent": CHROME }, true, ["no language", "no fetch metadata"]],
    ["over plain http browsers send no fetch metadata", { "user-agent": CHROME, "accept-language": "en" }, false, []],
    [
      "old Safari never did",
      {
        "user-agent":
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Safari/605.1.15",
        "accept-language": "de",
      },
      true,
      [],
    ],
    [
      "newer Safari does",
      {
        "user-agent":
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "accept-language": "de",
      },
      true,
      ["no fetch metadata"],
    ],
    [
      "Firefox too",
      { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "accept-language": "de" },
      true,
      ["no fetch metadata"],
    ],
  ])("%s", (_, headers, secure, tells) => {
    expect(findHeaderTells({ kind: "view", headers, secure })).toEqual(tells);
  });

  test("a form that a script sends is no navigation, and still a browser's", () => {
    const headers = { "user-agent": CHROME, "accept-language": "en", "sec-fetch-mode": "cors" };
    expect(findHeaderTells({ kind: "action", headers, secure: true })).toEqual([]);
    expect(findHeaderTells({ kind: "view", headers, secure: true })).toEqual(["no fetch metadata"]);
  });
});

describe("whose pace is judged", () => {
  const remembered = (given: Partial<Remembered>): Remembered => ({
    site: "demo",
    kind: "view",
    method: "GET",
    route: "/",
    path: "/",
    search: "",
    host: "shop.example",
    visitorId: "v",
    knownVisitor: true,
    secure: true,
    headers: { "user-agent": BROWSERS[0] ?? "" },
    ...given,
  });
  const burst = (count: number, given: Partial<Remembered>, address: string | null, limit: number | null = LIMIT) => {
    const pace = createPace();
    const verdicts = Array.from({ length: count }, (_, index) => {
      const visitor = given.knownVisitor === false ? `new ${index}` : "v";
      return judgePace(pace, { remembered: remembered(given), visitor, address, userAgent: CHROME }, limit, new Date(index));
    });
    return verdicts.at(-1);
  };

  test("from an address of this machine or of a private network only a browser's own rate counts", () => {
    for (const address of ["127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "fd00::1", null]) {
      expect(burst(100, {}, address)).toBeNull();
      expect(burst(101, {}, address)).toMatch(/impossible rate/);
      expect(burst(2_000, { knownVisitor: false }, address)).toBeNull();
    }
  });

  test("from the internet a client that keeps no cookie is judged by its address and user agent", () => {
    expect(burst(27, { knownVisitor: false }, "93.184.216.34")).toMatch(/no language, no fetch metadata/);
    const complete = { "user-agent": CHROME, "accept-language": "en", "sec-fetch-mode": "navigate" };
    expect(burst(300, { knownVisitor: false, headers: complete }, "93.184.216.34")).toBeNull();
    expect(burst(301, { knownVisitor: false, headers: complete }, "93.184.216.34")).toMatch(/over 300/);
  });

  test("what a page tells is judged under the same name as its requests, and by its own headers", () => {
    const pace = createPace();
    const address = "93.184.216.34";
    const unknown = { visitor: "hash", address, userAgent: CHROME };
    const machine = { ...unknown, remembered: remembered({ knownVisitor: false, visitorId: null }) };
    for (let index = 0; index < 26; index++) judgePace(pace, machine, LIMIT, new Date(index));
    const verdictOn = (given: Partial<Remembered>, from: string | null = address) => {
      const follower = followerOf({ ...unknown, address: from, remembered: remembered({ kind: "action", knownVisitor: false, ...given }) });
      return follower && pace.verdictOf(follower, 1_000);
    };
    expect(verdictOn({})).toMatch(/no language, no fetch metadata/);
    expect(verdictOn({ headers: { "user-agent": CHROME, "accept-language": "en", "sec-fetch-mode": "cors" } })).toBeNull();
    expect(verdictOn({}, "93.184.216.35")).toBeNull();
    expect(verdictOn({}, "10.0.0.1")).toBeNull();
    expect(verdictOn({ knownVisitor: true })).toBeNull();
  });

  test("an owner who sets no limit judges nobody by it", () => {
    expect(burst(5_000, {}, "93.184.216.34", null)).toBeNull();
  });
});
