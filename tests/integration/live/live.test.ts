import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findRevoked } from "../../../lib/auth/find-revoked";
import { createHub, type Hub } from "../../../lib/live/hub";
import { type Listener, listen } from "../../../lib/live/listen";
import { localDayOf } from "../../../lib/metrics/calendar";
import type { Snapshot, SnapshotQuery } from "../../../lib/metrics/snapshot";
import { appendEvents } from "../../../lib/store/append-events";
import { type FeedEvent, readLatestEvents } from "../../../lib/store/read-events";
import { readSite, type Site } from "../../../lib/store/read-site";
import { readSnapshot } from "../../../lib/store/read-snapshot";
import { readStream } from "../../support/read-stream";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";
import { watch } from "../../support/watch";

let database: TestDatabase;
let site: Site;
const opened: { hub: Hub; listener: Listener }[] = [];
const DAY = "2026-05-05";
const query: SnapshotQuery = { site: "demo", period: "day", date: DAY, lens: "all" };

/** What a server process has: a hub on its own listening connection. */
function openProcess(onError?: (error: unknown) => void) {
  const { db, url } = database;
  const hub = createHub({
    siteId: async (slug) => (await readSite(db, slug)).id,
    snapshot: (asked, now) => readSnapshot(db, asked, now),
    feed: (siteId) => readLatestEvents(db, siteId, 30),
    revoked: (permits) => findRevoked(db, permits),
  });
  const listener = listen(url, hub.wake, { onError });
  opened.push({ hub, listener });
  return { hub, listener };
}

async function until(condition: () => boolean | Promise<boolean>, what: string, ms = 10_000) {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Nothing is computed or waiting to be: two readings a pace apart are equal. */
async function quiet(hub: Hub) {
  let before = -1;
  await until(async () => {
    const now = hub.stats().computed.snapshot + hub.stats().computed.feed;
    const same = now === before;
    before = now;
    if (!same) await new Promise((resolve) => setTimeout(resolve, 300));
    return same;
  }, "the hub comes to rest");
}

beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
});
afterEach(async () => {
  for (const { hub, listener } of opened.splice(0)) {
    hub.closeAll();
    await listener.stop();
  }
});
afterAll(() => database.drop());

describe("the live stream over a real database", () => {
  test("brings a commit to 200 viewers with one computation", async () => {
    const { hub, listener } = openProcess();
    await until(() => listener.connected, "listening");
    const viewers = await Promise.all(Array.from({ length: 200 }, async () => readStream(await watch(hub, query))));
    const [first] = await Promise.all(viewers.map((viewer) => viewer.waitFor<Snapshot>("snapshot", () => true)));
    await Promise.all(viewers.map((viewer) => viewer.waitFor("feed", () => true)));
    await quiet(hub);
    const before = hub.stats();
    const actions = first?.metrics.actions ?? Number.NaN;

    await appendEvents(database.db, site, someViews(DAY, 3));
    await Promise.all(viewers.map((viewer) => viewer.waitFor<Snapshot>("snapshot", ({ metrics }) => metrics.actions === actions + 3)));
    await quiet(hub);
    const after = hub.stats();
    expect(after.viewers).toBe(200);
    expect(after.computed.snapshot - before.computed.snapshot).toBe(1);
    expect(after.computed.feed - before.computed.feed).toBe(1);
    await Promise.all(viewers.map((viewer) => viewer.leave()));
    expect(hub.stats()).toMatchObject({ viewers: 0, topics: 0 });
  });

  test("tells of the newest event in the feed, with who, what and how", async () => {
    const { hub } = openProcess();
    const viewer = readStream(await watch(hub, { ...query, date: undefined }));
    await viewer.waitFor("feed", () => true);
    const today = localDayOf(site.timezone, Date.now()).date;
    const [view] = someViews(today, 1, "feed-visitor");
    if (!view) throw new Error("no view was made");
    const at = new Date();
    const user = { key: "u-feed", label: "Ada Bell", gender: "f" } as const;
    await appendEvents(database.db, site, [
      { ...view, at, kind: "login", user, method: "POST", route: "/login", path: "/login", status: 303 },
    ]);
    const [newest] = await viewer.waitFor<FeedEvent[]>("feed", ([first]) => first?.id === view.id);
    expect(newest).toMatchObject({
      at: at.toISOString(),
      kind: "login",
      route: "/login",
      person: "Ada Bell",
      status: 303,
      outcome: "success",
    });
    await viewer.leave();
  });

  test("keeps two processes on one database both live, whoever commits", async () => {
    const processes = [openProcess(), openProcess()];
    const viewers = await Promise.all(processes.map(async ({ hub }) => readStream(await watch(hub, query))));
    await until(() => processes.every(({ listener }) => listener.connected), "listening");
    const first = await viewers[0]?.waitFor<Snapshot>("snapshot", () => true);
    const actions = first?.metrics.actions ?? Number.NaN;
    await appendEvents(database.db, site, someViews(DAY, 2, "two"));
    for (const viewer of viewers) await viewer.waitFor<Snapshot>("snapshot", ({ metrics }) => metrics.actions === actions + 2);
  });

  test("connects again when its connection is cut, and shows what was committed meanwhile", async () => {
    const errors: unknown[] = [];
    const { hub, listener } = openProcess((error) => errors.push(error));
    await until(() => listener.connected, "listening");
    const viewer = readStream(await watch(hub, query));
    const { metrics } = await viewer.waitFor<Snapshot>("snapshot", () => true);
    const admin = new Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'footfall live'",
    );
    await admin.end();
    await until(() => !listener.connected, "noticing the cut");
    await appendEvents(database.db, site, someViews(DAY, 4, "meanwhile"));
    await viewer.waitFor<Snapshot>("snapshot", (snapshot) => snapshot.metrics.actions === metrics.actions + 4);
    expect(errors.length).toBe(1);
    await until(() => listener.connected, "listening again");
  });
});
