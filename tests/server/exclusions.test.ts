import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { ensureBuild } from "../../lib/cli/app/ensure-build";
import { type RunningServer, runServer } from "../../lib/cli/app/run-server";
import { openDatabase } from "../../lib/db/client";
import { findFreePort } from "../../lib/db/embedded/free-port";
import { setEnv } from "../../lib/env";
import { changeSettings } from "../../lib/store/change-settings";
import { markOwnTraffic } from "../../lib/store/own-traffic";
import { readSite, type Site } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";
import { readRecorded } from "../support/recorded";
import { BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 2 });
const NOTHING = { addresses: [], paths: [], hosts: [] };
/** Within seconds, says the page; a busy machine gets more of them. */
const SOON = { timeout: 20_000, interval: 200 };

let site: Site;
let second: RunningServer;
let folder: string;
beforeAll(async () => {
  site = await readSite(db, "demo");
  folder = await mkdtemp(join(tmpdir(), "footfall-second-"));
  const [standalone, port] = [await ensureBuild(), await findFreePort()];
  const authSecret = randomBytes(32).toString("base64url");
  setEnv({ TRUSTED_PROXIES: "loopback" }); // the tests are its proxy
  second = await runServer(
    { mode: "production", standalone },
    { port, databaseUrl, authSecret, dataFolder: folder },
    new PassThrough().resume(),
  );
});
afterAll(async () => {
  setEnv({ TRUSTED_PROXIES: "" });
  await changeSettings(db, site.id, { exclude: NOTHING, fastestPages: 100 });
  await db.ownTraffic.deleteMany();
  await second.stop();
  await rm(folder, { recursive: true, force: true });
  await db.$disconnect();
});

const as = (visitor: string) => ({ "user-agent": BROWSERS[0] ?? "", accept: "text/html", cookie: `ff_visitor=${visitor}` });
const open = (server: string, path: string, visitor: string) => fetch(server + path, { headers: as(visitor) });
const tell = (server: string, events: object[], visitor: string) =>
  fetch(`${server}/api/collect`, { method: "POST", headers: as(visitor), body: JSON.stringify(events) });

/** Reasons under which requests of a path have been stored apart. */
async function reasonsOf(path: string): Promise<string[]> {
  const rows = await db.excludedEvent.findMany({ where: { siteId: site.id, path }, orderBy: { id: "asc" } });
  return rows.map(({ category, reason }) => `${category}: ${reason}`);
}

/** Asks both servers again and again until both keep it apart. */
async function untilApart(path: string, reason: string): Promise<void> {
  for (const server of [url, second.url]) {
    const before = (await reasonsOf(path)).length;
    await expect
      .poll(async () => {
        await open(server, path, makeVisitorId());
        return (await reasonsOf(path)).slice(before);
      }, SOON)
      .toContain(reason);
  }
}

test("a path that another process excludes is kept apart by every running server, documents and told events, and others count on", async () => {
  await changeSettings(db, site.id, { exclude: { ...NOTHING, paths: ["/house-price", "/launches/*"] } });
  await untilApart("/house-price", "excluded: path /house-price");
  const visitor = makeVisitorId();
  await open(url, "/house-price", visitor);
  await open(second.url, "/launches", visitor);
  const told = await tell(
    url,
    [
      { kind: "view", path: "/launches/secret" },
      { kind: "ping", path: "/house-price" },
      { kind: "view", path: "/login" },
    ],
    visitor,
  );
  expect(told.status).toBe(202);
  const reason = "the site's owner does not count this";
  expect(await told.json()).toEqual({
    accepted: 1,
    refused: [
      { position: 0, reason },
      { position: 1, reason },
    ],
  });
  await expect.poll(async () => (await readRecorded(db, visitor)).map(({ path }) => path).sort(), SOON).toEqual(["/launches", "/login"]);
  await expect.poll(() => reasonsOf("/launches/secret"), SOON).toEqual(["excluded: path /launches/*"]);
});

test("an address range and a host are kept apart, each with its own reason", async () => {
  await changeSettings(db, site.id, { exclude: { ...NOTHING, addresses: ["127.0.0.0/8", "::1"] } });
  await untilApart("/register", "excluded: address 127.0.0.0/8");
  await changeSettings(db, site.id, { exclude: { ...NOTHING, hosts: [new URL(url).hostname] } });
  await untilApart("/celebrity", `excluded: host ${new URL(url).hostname}`);
  await changeSettings(db, site.id, { exclude: NOTHING });
  for (const server of [url, second.url]) {
    await expect
      .poll(async () => {
        const visitor = makeVisitorId();
        await open(server, "/celebrity", visitor);
        return tell(server, [{ kind: "view", path: "/celebrity" }], visitor).then(async (answer) => (await answer.json()).accepted);
      }, SOON)
      .toBe(1);
  }
});

test("a visitor marked as own traffic is counted no longer, by any server; what it did before stays, and the numbers agree", async () => {
  const visitor = makeVisitorId();
  await open(url, "/login", visitor);
  await expect.poll(async () => (await readRecorded(db, visitor)).length, SOON).toBe(1);
  const before = await readRecorded(db, visitor);
  await markOwnTraffic(db, site.id, [{ kind: "visitor", key: visitor, label: "Visitor" }]);
  for (const server of [url, second.url]) {
    const path = `/own-${new URL(server).port}`;
    await expect
      .poll(async () => {
        await tell(server, [{ kind: "ping", path: "/login" }], visitor);
        return (await tell(server, [{ kind: "view", path }], visitor).then((answer) => answer.json())).accepted;
      }, SOON)
      .toBe(0);
  }
  const counted = (await readRecorded(db, visitor)).length; // told while the servers did not know yet
  await open(url, "/register", visitor);
  await open(second.url, "/register", visitor);
  await expect
    .poll(async () => (await reasonsOf("/register")).filter((reason) => reason === "own-traffic: own browser").length, SOON)
    .toBe(2);
  const after = await readRecorded(db, visitor);
  expect(after).toHaveLength(counted);
  expect(after[0]).toEqual(before[0]);
  expect((await verify(db, site)).differences).toEqual([]);
});

test("a visitor faster than any person is kept apart from the page on that was too many, others of its address are not", async () => {
  await changeSettings(db, site.id, { fastestPages: 20 });
  const [fast, slow] = [makeVisitorId(), makeVisitorId()];
  const reason = "bot: impossible rate: over 20 pages in 10 s";
  // Until the server has learned of the setting, it goes by that of before.
  const readApart = async () =>
    (await reasonsOf("/launches")).filter((each) => /^bot: impossible rate: over (20|100) pages in 10 s$/.test(each)).length;
  const apartBefore = await readApart();
  let sent = 0;
  await expect
    .poll(async () => {
      sent += 8;
      await Promise.all(Array.from({ length: 8 }, () => open(url, "/launches", fast)));
      return reasonsOf("/launches");
    }, SOON)
    .toContain(reason);
  // What was answered is committed a moment later: each request is in the one place or in the other then.
  await expect.poll(async () => (await readRecorded(db, fast)).length + (await readApart()) - apartBefore, SOON).toBe(sent);
  const counted = (await readRecorded(db, fast)).length;
  expect(counted).toBeGreaterThanOrEqual(20);
  await open(url, "/launches", slow);
  expect(await (await tell(url, [{ kind: "ping", path: "/launches" }], fast)).json()).toMatchObject({ accepted: 0 });
  await expect.poll(async () => (await readRecorded(db, slow)).length, SOON).toBe(1);
  expect((await readRecorded(db, fast)).length).toBe(counted);
  expect((await verify(db, site)).differences).toEqual([]);
});

test("a client from the internet that keeps no cookie and lacks what its browser would send is kept apart when it is fast; a browser at its side is not", async () => {
  await changeSettings(db, site.id, { fastestPages: 40 });
  const path = "/celebrity";
  const from = { "x-forwarded-for": "93.184.216.34", accept: "text/html" };
  const bare = { ...from, "user-agent": BROWSERS[0] ?? "" };
  const whole = {
    ...from,
    "user-agent": BROWSERS[1] ?? "",
    "accept-language": "de",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
  };
  const before = (await reasonsOf(path)).length;
  await expect
    .poll(async () => {
      await Promise.all(Array.from({ length: 6 }, () => fetch(second.url + path, { headers: bare })));
      await fetch(second.url + path, { headers: whole });
      return (await reasonsOf(path)).slice(before);
    }, SOON)
    // A quarter of the pace that this server knew by then.
    .toContainEqual(expect.stringMatching(/^bot: no language, no fetch metadata: and over (5|10|25) pages in 10 s$/));
  const apart = await db.excludedEvent.findMany({ where: { siteId: site.id, path, address: "93.184.216.34" } });
  expect(new Set(apart.map(({ userAgent }) => userAgent))).toEqual(new Set([BROWSERS[0]]));
  expect(await db.event.count({ where: { address: "93.184.216.34" } })).toBeGreaterThan(5); // what came before it was recognised stays
  expect((await verify(db, site)).differences).toEqual([]);
});
