import { expect, inject, test } from "vitest";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";

const { url } = inject("app");

/** What a healthy server may give as a reason to look closer: only what earlier tests had it drop on purpose. */
const droppedAsReasons = (dropped: Record<string, number>): string[] =>
  Object.entries(dropped).map(([reason, amount]) => `${amount} events dropped since the start: ${reason}.`);

test("health says that the database is up, and names no reason to look closer", async () => {
  const response = await fetch(`${url}/api/health`);
  expect(response.status).toBe(200);
  const health = await response.json();
  expect(health).toMatchObject({ status: "ok", database: "up" });
  expect(health.reasons).toEqual(droppedAsReasons(health.capture.dropped));
});

test("a running server is ready", async () => {
  const { capture } = await (await fetch(`${url}/api/health`)).json();
  const response = await fetch(`${url}/api/ready`);
  expect([response.status, await response.json()]).toEqual([200, { ready: true, reasons: droppedAsReasons(capture.dropped) }]);
});

test("Prometheus reads what was counted, committed and computed, without a word about anybody", async () => {
  await (await fetch(url, { headers: { accept: "text/html", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" } })).text();
  const { cookie } = await signIn(url, TEST_OWNER);
  await expect
    .poll(async () => (await fetch(`${url}/api/metrics/prometheus`, { headers: { cookie } })).text(), { timeout: 10_000 })
    .toMatch(/footfall_commit_seconds_count [1-9]/);
  const text = await (await fetch(`${url}/api/metrics/prometheus`, { headers: { cookie } })).text();
  expect(text).toMatch(/^footfall_events_total\{kind="view"\} [1-9]/m);
  for (const name of [
    "footfall_dropped_total",
    "footfall_buffer_events",
    "footfall_spool_bytes",
    "footfall_viewers",
    "footfall_compute_seconds",
  ])
    expect(text).toContain(`# TYPE ${name} `);
  expect(text).toMatch(/^footfall_spool_usable 1$/m);
  expect(text).not.toContain("127.0.0.1");
});

test("every answer carries the id that its log lines carry", async () => {
  const ids = await Promise.all([0, 1].map(async () => (await fetch(`${url}/api/health`)).headers.get("x-request-id")));
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids[0]).not.toBe(ids[1]);
});
