import { afterAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import type { Snapshot } from "../../lib/metrics/snapshot";
import { appendEvents } from "../../lib/store/append-events";
import { readSite } from "../../lib/store/read-site";
import { readStream } from "../support/read-stream";
import { signIn } from "../support/sign-in";
import { someViews } from "../support/some-views";
import { TEST_OWNER } from "../support/test-owner";

const { url, databaseUrl } = inject("app");
const VIEWERS = 200;
const SITE = "many-viewers";
const DAY = "2026-01-05";
const db = openDatabase(databaseUrl, { poolSize: 2 });
afterAll(() => db.$disconnect());

test(`with ${VIEWERS} dashboards open on a running server, one change is computed once and reaches them all`, async () => {
  await db.site.create({ data: { slug: SITE, name: SITE, timezone: "UTC" } });
  const site = await readSite(db, SITE);
  const { cookie } = await signIn(url, TEST_OWNER);
  const leaving = new AbortController();
  const open = async () => {
    const response = await fetch(`${url}/api/metrics/stream?site=${SITE}&date=${DAY}`, { headers: { cookie }, signal: leaving.signal });
    expect(response.status).toBe(200);
    return readStream(response.body as ReadableStream<Uint8Array>);
  };
  const readGauge = async (line: string) => {
    const text = await (await fetch(`${url}/api/metrics/prometheus`, { headers: { cookie } })).text();
    return Number(
      text
        .split("\n")
        .find((each) => each.startsWith(`${line} `))
        ?.slice(line.length),
    );
  };
  const computed = () => readGauge('footfall_compute_seconds_count{question="snapshot"}');
  const shows = (actions: number) => (snapshot: Snapshot) => snapshot.metrics.actions === actions;
  try {
    const first = await open();
    await first.waitFor("snapshot", shows(0));
    await appendEvents(db, site, someViews(DAY, 1, "first"));
    await first.waitFor("snapshot", shows(1));
    const streams = [first, ...(await Promise.all(Array.from({ length: VIEWERS - 1 }, open)))];
    await Promise.all(streams.map((stream) => stream.waitFor("snapshot", shows(1))));
    expect(await readGauge("footfall_viewers")).toBe(VIEWERS);
    const before = await computed();
    expect(before).toBeGreaterThan(0);
    await appendEvents(db, site, someViews(DAY, 1, "second"));
    await Promise.all(streams.map((stream) => stream.waitFor("snapshot", shows(2))));
    expect((await computed()) - before).toBe(1);
  } finally {
    leaving.abort();
  }
  await expect.poll(() => readGauge("footfall_viewers")).toBe(0);
});
