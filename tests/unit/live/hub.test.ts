import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/app-error";
import { createHub, type LiveSources } from "@/lib/live/hub";
import { localDayOf, periodSpan } from "@/lib/metrics/calendar";
import type { Snapshot, SnapshotQuery } from "@/lib/metrics/snapshot";
import { watch } from "../../support/watch";
import { handClock } from "./hand-clock";

const decoder = new TextDecoder();
const query = (more: Partial<SnapshotQuery> = {}): SnapshotQuery => ({ site: "demo", period: "day", lens: "all", ...more });

/** A snapshot with the true span of its day and one number that says how often it was asked for. */
function sources(timezone = "UTC") {
  let asked = 0;
  const state = { fails: false };
  const answers: LiveSources = {
    async siteId(slug) {
      if (slug !== "demo") throw new AppError("not-found", "No such site.");
      return 1;
    },
    async snapshot({ period, lens, date, site }, now) {
      if (state.fails) throw new Error("connection refused");
      const day = date ?? localDayOf(timezone, now.getTime()).date;
      const span = periodSpan(timezone, period, day);
      const iso = (ms: number) => new Date(ms).toISOString();
      asked += 1;
      const asOf = now.toISOString();
      return {
        site,
        period,
        lens,
        date: day,
        timezone,
        asOf,
        from: iso(span.from),
        to: iso(span.to),
        metrics: { actions: asked },
      } as Snapshot;
    },
    feed: async () => [{ kind: "view" }],
    revoked: async (permits) => permits.filter(({ accountId }) => accountId === "revoked"),
  };
  return { answers, state };
}

/** Reads a stream as a browser does and keeps its events. */
function reader(stream: ReadableStream<Uint8Array>) {
  const events: { name: string; data: unknown; id: string | undefined }[] = [];
  let ended = false;
  const source = stream.getReader();
  void (async () => {
    for (;;) {
      const { value, done } = await source.read();
      if (done) break;
      for (const block of decoder.decode(value).split("\n\n").filter(Boolean)) {
        const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
        const name = field("event");
        if (name) events.push({ name, data: JSON.parse(field("data") ?? "null"), id: field("id") });
      }
    }
    ended = true;
  })();
  return {
    events,
    snapshots: () => events.filter(({ name }) => name === "snapshot").map(({ data }) => data as Snapshot),
    ended: () => ended,
    leave: () => source.cancel(),
  };
}

describe("the live hub", () => {
  it("sends the present snapshot and feed at once, each with an id", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const viewer = reader(await watch(hub, query()));
    await time.settle();
    expect(viewer.events.map(({ name }) => name)).toEqual(["snapshot", "feed"]);
    expect(viewer.events.every(({ id }) => id)).toBe(true);
  });

  it("computes one change once for two hundred viewers, and sends it to each", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const viewers = [];
    for (let index = 0; index < 200; index++) viewers.push(reader(await watch(hub, query())));
    await time.advance(1_000);
    const before = hub.stats().computed;
    hub.wake(1);
    await time.settle();
    expect(hub.stats().computed).toEqual({ snapshot: before.snapshot + 1, feed: before.feed + 1 });
    expect(new Set(viewers.map((viewer) => viewer.snapshots().at(-1)?.metrics.actions)).size).toBe(1);
    expect(viewers.every((viewer) => viewer.snapshots().length === 2)).toBe(true);
  });

  it("answers the first of many wakes at once, the rest together after 250 ms", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const viewer = reader(await watch(hub, query()));
    await time.advance(1_000);
    for (let index = 0; index < 50; index++) hub.wake(1);
    await time.settle();
    expect(viewer.snapshots()).toHaveLength(2);
    await time.advance(249);
    expect(viewer.snapshots()).toHaveLength(2);
    await time.advance(1);
    expect(viewer.snapshots()).toHaveLength(3);
    await time.advance(10_000);
    expect(viewer.snapshots()).toHaveLength(3);
  });

  it("computes at most four times a second under a steady stream of changes", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    reader(await watch(hub, query()));
    await time.advance(1_000);
    const before = hub.stats().computed.snapshot;
    for (let index = 0; index < 500; index++) {
      hub.wake(1);
      await time.advance(10);
    }
    expect(hub.stats().computed.snapshot - before).toBeLessThanOrEqual(21);
    expect(hub.stats().computed.snapshot - before).toBeGreaterThanOrEqual(19);
  });

  it("leaves other sites' viewers alone", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    reader(await watch(hub, query()));
    await time.advance(1_000);
    const before = hub.stats().computed.snapshot;
    hub.wake(2);
    await time.advance(1_000);
    expect(hub.stats().computed.snapshot).toBe(before);
  });

  it.each([
    ["UTC", "2026-11-21T23:59:00Z", "2026-11-22"],
    ["Europe/Berlin", "2026-10-24T21:59:00Z", "2026-10-25"],
    ["Asia/Kathmandu", "2026-11-21T18:14:00Z", "2026-11-22"],
  ])("turns the day at midnight in %s on an open dashboard", async (timezone, start, next) => {
    const time = handClock(start);
    const hub = createHub(sources(timezone).answers, { clock: time.clock });
    const today = reader(await watch(hub, query()));
    const fixed = reader(await watch(hub, query({ date: "2026-10-01" })));
    await time.advance(59_999);
    expect(today.snapshots().at(-1)?.date).not.toBe(next);
    await time.advance(1);
    expect(today.snapshots().at(-1)?.date).toBe(next);
    expect(fixed.snapshots().at(-1)?.date).toBe("2026-10-01");
  });

  it("turns the day of 25 hours after 25 hours, and once", async () => {
    const time = handClock("2026-10-24T22:00:00Z");
    const hub = createHub(sources("Europe/Berlin").answers, { clock: time.clock, lifetimeMs: Number.POSITIVE_INFINITY });
    const viewer = reader(await watch(hub, query()));
    await time.advance(24 * 3_600_000 + 1_000);
    expect(viewer.snapshots().at(-1)?.date).toBe("2026-10-25");
    await time.advance(3_600_000);
    expect(viewer.snapshots().map(({ date }) => date)).toEqual(["2026-10-25", "2026-10-26"]);
  });

  it("lets a slow viewer skip to the newest", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const stream = await watch(hub, query());
    for (let index = 0; index < 40; index++) {
      hub.wake(1);
      await time.advance(250);
    }
    const viewer = reader(stream);
    await time.settle();
    const seen = viewer.snapshots().map(({ metrics }) => metrics.actions);
    expect(seen.length).toBeLessThanOrEqual(2);
    expect(seen.at(-1)).toBe(hub.stats().computed.snapshot);
  });

  it("sends a heartbeat every 15 s and drops a viewer that takes nothing for a minute", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const alive = reader(await watch(hub, query()));
    await watch(hub, query());
    expect(hub.stats().viewers).toBe(2);
    await time.advance(90_000);
    expect(alive.events.filter(({ name }) => name === "beat")).toHaveLength(6);
    expect(hub.stats().viewers).toBe(1);
  });

  it("says so when the database is away, tries again, and goes on", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const { answers, state } = sources();
    const hub = createHub(answers, { clock: time.clock, onError: () => {} });
    const viewer = reader(await watch(hub, query()));
    await time.advance(1_000);
    state.fails = true;
    hub.wake(1);
    await time.advance(60_000);
    expect(viewer.events.some(({ name }) => name === "trouble")).toBe(true);
    const failed = hub.stats().failed;
    expect(failed).toBeLessThan(12);
    state.fails = false;
    await time.advance(15_000);
    expect(viewer.snapshots()).toHaveLength(2);
  });

  it("ends a stream after its lifetime, so that the browser asks for permission anew", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock, lifetimeMs: 60_000 });
    const viewer = reader(await watch(hub, query()));
    await time.advance(59_000);
    expect(viewer.ended()).toBe(false);
    await time.advance(20_000);
    expect(viewer.ended()).toBe(true);
  });

  it("ends the streams of who may not watch any more at the next beat, and nobody else's, also while that cannot be asked", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const { answers } = sources();
    let asked: readonly object[] = [];
    let fails = true;
    const revoked: LiveSources["revoked"] = async (permits) => {
      asked = permits;
      if (fails) throw new Error("connection refused");
      return answers.revoked(permits);
    };
    const errors: unknown[] = [];
    const hub = createHub({ ...answers, revoked }, { clock: time.clock, onError: (error) => errors.push(error) });
    const of = async (accountId: string, sid = "s") => reader(await watch(hub, query(), { accountId, passwordChangedAt: 1, sid }));
    const [gone, again, stays, free] = [await of("revoked"), await of("revoked"), await of("stays"), reader(await watch(hub, query()))];
    await time.advance(16_000);
    expect([gone, again, stays, free].map((viewer) => viewer.ended())).toEqual([false, false, false, false]);
    expect(errors).toHaveLength(1);
    expect(asked).toHaveLength(2); // each permit once, however many streams it has
    fails = false;
    await time.advance(16_000);
    expect([gone, again, stays, free].map((viewer) => viewer.ended())).toEqual([true, true, false, false]);
  });

  it("refuses one viewer too many and a site that is not there", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock, maxViewers: 1 });
    await watch(hub, query());
    await expect(watch(hub, query())).rejects.toMatchObject({ code: "too-many" });
    await expect(watch(hub, query({ site: "other" }))).rejects.toMatchObject({ code: "not-found" });
  });

  it("forgets a question when its last viewer leaves, and keeps no timer", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const viewer = reader(await watch(hub, query()));
    await time.advance(1_000);
    await viewer.leave();
    expect(hub.stats()).toMatchObject({ viewers: 0, topics: 0 });
    expect(time.pending()).toBe(0);
  });

  it("ends every stream when told to stop, keeps no timer, and refuses newcomers", async () => {
    const time = handClock("2026-11-21T12:00:00Z");
    const hub = createHub(sources().answers, { clock: time.clock });
    const viewers = [reader(await watch(hub, query())), reader(await watch(hub, query({ period: "week" })))];
    await time.advance(1_000);
    hub.closeAll();
    await time.settle();
    expect(viewers.every((viewer) => viewer.ended())).toBe(true);
    expect(time.pending()).toBe(0);
    await expect(watch(hub, query())).rejects.toMatchObject({ code: "unavailable" });
  });
});
