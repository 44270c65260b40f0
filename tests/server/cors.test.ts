import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { openDatabase } from "../../lib/db/client";
import { changeSettings } from "../../lib/store/change-settings";
import { readSite, type Site } from "../../lib/store/read-site";
import { readRecorded } from "../support/recorded";
import { BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 1 });
const SHOP = "https://shop.example";
const STRANGERS = ["https://evil.example", "https://notshop.example", "https://shop.example.evil.example", "null"];
const DOORS = ["/api/collect", "/api/note"];

let site: Site;
const headers = (origin: string, more: Record<string, string> = {}) => ({ "user-agent": BROWSERS[0] ?? "", origin, ...more });
const ask = (door: string, origin: string) =>
  fetch(url + door, {
    method: "OPTIONS",
    headers: headers(origin, { "access-control-request-method": "POST", "access-control-request-headers": "content-type" }),
  });
const corsOf = (answer: Response) => [...answer.headers.keys()].filter((name) => name.startsWith("access-control-"));

beforeAll(async () => {
  site = await readSite(db, "demo");
  await changeSettings(db, site.id, { collectHosts: ["shop.example"] });
  const learned = async () => expect((await ask("/api/collect", SHOP)).status).toBe(204);
  await vi.waitFor(learned, { timeout: 20_000, interval: 200 });
});
afterAll(async () => {
  await changeSettings(db, site.id, { collectHosts: [] });
  await db.$disconnect();
});

test.each(DOORS)("%s lets a page of another of the site's hosts ask, and send", async (door) => {
  const preflight = await ask(door, SHOP);
  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    "access-control-allow-origin": SHOP,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    vary: expect.stringContaining("Origin"),
  });
  const visitor = makeVisitorId();
  const body = JSON.stringify({ kind: "view", path: "/basket", referrer: `${SHOP}/list` });
  const more = { cookie: `ff_visitor=${visitor}`, "content-type": "application/json" };
  const sent = await fetch(url + door, { method: "POST", headers: headers(SHOP, more), body });
  expect([sent.status, sent.headers.get("access-control-allow-origin")]).toEqual([202, SHOP]);
  expect(await readRecorded(db, visitor)).toEqual([expect.objectContaining({ kind: "view", path: "/basket" })]);
  const [row] = await db.$queryRaw<{ channel: string }[]>`
    SELECT channel FROM event JOIN visitor ON visitor.id = visitor_id JOIN referral ON referral.id = referral_id WHERE key = ${visitor}`;
  expect(row?.channel).toBe("internal");
  const bad = await fetch(url + door, { method: "POST", headers: headers(SHOP, more), body: "{" });
  expect([bad.status, bad.headers.get("access-control-allow-origin")]).toEqual([400, SHOP]);
});

test.each(STRANGERS.flatMap((origin) => DOORS.map((door) => [origin, door])))(
  "%s may not send to %s, and its browser is told nothing",
  async (origin, door) => {
    const preflight = await ask(door, origin);
    expect([preflight.status, corsOf(preflight)]).toEqual([403, []]);
    const visitor = makeVisitorId();
    const body = JSON.stringify({ kind: "view", path: "/" });
    const sent = await fetch(url + door, { method: "POST", headers: headers(origin, { cookie: `ff_visitor=${visitor}` }), body });
    expect([sent.status, corsOf(sent)]).toEqual([403, []]);
    expect(await readRecorded(db, visitor)).toEqual([]);
  },
);
