import { AppError } from "../app-error";
import type { Permit } from "../auth/find-revoked";
import type { Snapshot, SnapshotQuery } from "../metrics/snapshot";
import { log } from "../observe/log";
import { type Clock, systemClock } from "./clock";
import type { OpenOutlet } from "./outlet";
import { encodeEvent, encodeRetry } from "./sse";
import { type Answer, openTopic, type Topic } from "./topic";
import { openViewer, type Viewer } from "./viewer";

const HEARTBEAT_MS = 15_000;
/** A viewer that takes nothing for this long is gone, whatever its socket says. */
const DEAD_AFTER_MS = 60_000;
/** A stream ends after this, so that the next one asks for permission anew; browsers reconnect by themselves. */
const LIFETIME_MS = 30 * 60_000;
const RECONNECT_MS = 1_000;
const MAX_VIEWERS = 10_000;

const reportError = (error: unknown): void => log().error({ err: error }, "live: could not read");

/** What the hub asks; the process's own answers come from lib/store. */
export interface LiveSources {
  /** The id of a site, as notifications name it. Throws an AppError not-found. */
  siteId(slug: string): Promise<number>;
  snapshot(query: SnapshotQuery, now: Date): Promise<Snapshot>;
  /** The site's latest events, newest first. */
  feed(siteId: number): Promise<unknown[]>;
  /** Those who were let in and may not watch any more. */
  revoked(permits: readonly Permit[]): Promise<readonly Permit[]>;
}

export interface HubStats {
  viewers: number;
  topics: number;
  /** Computations so far: of snapshots, and of the feed of latest events. */
  computed: { snapshot: number; feed: number };
  failed: number;
}

export interface HubOptions {
  clock?: Clock;
  maxViewers?: number;
  /** How long a stream lasts before its browser has to ask again. */
  lifetimeMs?: number;
  onError?: (error: unknown) => void;
}

export interface Hub {
  /**
   * Sends `snapshot` and `feed` events to an outlet, the present ones first, and ends it with its permit. Throws an AppError not-found, too-many or
   * unavailable before the outlet is opened.
   */
  watch(query: SnapshotQuery, openOutlet: OpenOutlet, permit?: Permit): Promise<void>;
  /** A site changed; without an id: any of them may have. */
  wake(siteId?: number): void;
  stats(): HubStats;
  /** Ends every stream and timer. A later `watch` is refused. */
  closeAll(): void;
}

interface Watched {
  siteId: number;
  topic: Topic;
  viewers: Set<Viewer>;
}

const keyOf = ({ accountId, passwordChangedAt, sid }: Permit) => `${accountId} ${passwordChangedAt} ${sid}`;

/** Computes each question once for all its viewers. A notification only wakes: what is sent is always read anew. */
export function createHub(sources: LiveSources, options: HubOptions = {}): Hub {
  const { clock = systemClock, maxViewers = MAX_VIEWERS, lifetimeMs = LIFETIME_MS } = options;
  const { onError = reportError } = options;
  const watched = new Map<string, Watched>();
  const viewers = new Map<Viewer, { since: number; permit: Permit | undefined }>();
  const siteIds = new Map<string, number>();
  const computed = { snapshot: 0, feed: 0 };
  let failed = 0;
  let closed = false;
  let cancelBeat: (() => void) | undefined;

  async function findSite(slug: string): Promise<number> {
    const known = siteIds.get(slug);
    if (known !== undefined) return known;
    const id = await sources.siteId(slug);
    siteIds.set(slug, id);
    return id;
  }

  function join(viewer: Viewer, key: string, name: "snapshot" | "feed", siteId: number, compute: () => Promise<Answer>): void {
    let entry = watched.get(key);
    if (!entry) {
      const audience = new Set<Viewer>();
      const send = (event: string, message: Uint8Array) => {
        for (const each of audience) each.send(event, message);
      };
      const topic = openTopic({
        clock,
        compute: () => {
          computed[name] += 1;
          return compute();
        },
        encode: (data) => encodeEvent(name, data, `${clock.now()}`),
        publish: (message) => send(name, message),
        onError: (error) => {
          failed += 1;
          onError(error);
          send("trouble", encodeEvent("trouble", { message: "The database does not answer. These are the last known numbers." }));
        },
      });
      entry = { siteId, topic, viewers: audience };
      watched.set(key, entry);
      topic.wake();
    }
    entry.viewers.add(viewer);
    if (entry.topic.latest) viewer.send(name, entry.topic.latest);
  }

  function leave(viewer: Viewer): void {
    viewers.delete(viewer);
    for (const [key, entry] of watched) {
      if (!entry.viewers.delete(viewer) || entry.viewers.size > 0) continue;
      entry.topic.close();
      watched.delete(key);
    }
    if (viewers.size > 0) return;
    cancelBeat?.();
    cancelBeat = undefined;
  }

  function beat(): void {
    const now = clock.now();
    const message = encodeEvent("beat", { at: new Date(now).toISOString() });
    for (const [viewer, { since }] of viewers) {
      const dead = viewer.waiting && now - viewer.tookAt > DEAD_AFTER_MS;
      if (dead || now - since > lifetimeMs) viewer.close();
      else viewer.send("beat", message);
    }
    if (viewers.size > 0) cancelBeat = clock.after(HEARTBEAT_MS, beat);
    void closeRevoked().catch(onError);
  }

  async function closeRevoked(): Promise<void> {
    const permits = new Map<string, Permit>();
    for (const { permit } of viewers.values()) if (permit) permits.set(keyOf(permit), permit);
    if (permits.size === 0) return;
    const revoked = new Set((await sources.revoked([...permits.values()])).map(keyOf));
    for (const [viewer, { permit }] of viewers) if (permit && revoked.has(keyOf(permit))) viewer.close();
  }

  return {
    async watch(query, openOutlet, permit) {
      const siteId = await findSite(query.site);
      if (closed) throw new AppError("unavailable", "The server is stopping; try again in a moment.");
      if (viewers.size >= maxViewers) throw new AppError("too-many", `Already ${maxViewers} dashboards are open; close one and try again.`);
      const viewer = openViewer(clock.now, openOutlet, () => leave(viewer));
      viewers.set(viewer, { since: clock.now(), permit });
      viewer.send("retry", encodeRetry(RECONNECT_MS));
      // Without a date the question is "today", whichever day that is by then.
      const key = [query.site, query.period, query.lens, query.date ?? "today"].join(" ");
      join(viewer, key, "snapshot", siteId, async () => {
        const snapshot = await sources.snapshot(query, new Date(clock.now()));
        return query.date ? { data: snapshot } : { data: snapshot, turnsAt: Date.parse(snapshot.to) };
      });
      join(viewer, `${query.site} feed`, "feed", siteId, async () => ({ data: await sources.feed(siteId) }));
      cancelBeat ??= clock.after(HEARTBEAT_MS, beat);
    },
    wake(siteId) {
      for (const entry of watched.values()) if (siteId === undefined || entry.siteId === siteId) entry.topic.wake();
    },
    stats: () => ({ viewers: viewers.size, topics: watched.size, computed: { ...computed }, failed }),
    closeAll() {
      closed = true;
      for (const viewer of [...viewers.keys()]) viewer.close();
    },
  };
}
