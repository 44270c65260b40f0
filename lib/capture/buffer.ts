import { setImmediate } from "node:timers/promises";
import { AppError } from "../app-error";
import { AwaitedCall } from "./awaited-call";
import type { BufferOptions, EventBuffer } from "./buffer-types";
import { commitEvents, type Refused } from "./commit-events";
import { count, exampleOfEvent } from "./counters";
import type { NewEvent } from "./event";
import type { Spool } from "./spool";
import { describeTrouble } from "./trouble";
import { within } from "./within";

// An event's way: queued → in flight → committed; while the database is away: queued → spooled → replayed → committed.
// Whatever falls off this way is counted under a drop reason.

/** `spooled`: it stands on disk already, though it is in flight. */
type Queued = { site: string; event: NewEvent; call?: AwaitedCall; spooled?: true };

const FULL = "This server holds as many events as it may. Send again later, with the same id.";
const LATE = "The database has not confirmed the events in time. They are kept; sending them again with the same ids is safe.";
const AWAY = "The database is away. The event is kept here and stored later; sending it again with the same id is safe.";

/** Events on their way to the database, committed in groups. Recording waits for nothing; memory is bounded. */
export function createBuffer(options: BufferOptions): EventBuffer {
  const {
    sink,
    spool = null,
    intervalMs = 40,
    batchSize = 1_000,
    capacity = 20_000,
    commitTimeoutMs = 5_000,
    waitMs = 8_000,
    stopMs = 2_000,
    rescanMs = 60_000,
  } = options;
  const retry = options.retryMs ?? { first: 100, longest: 5_000 };
  let queue: Queued[] = [];
  let inFlight: Queued[] = [];
  let timer: NodeJS.Timeout | null = null;
  let timerDueMs = Number.POSITIVE_INFINITY;
  let working: Promise<void> | null = null;
  let workedAtMs = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let healthy = true;
  let retryDelayMs = retry.first;
  let retryAtMs = 0;
  let lastCommitMs: number | null = null;
  let lastError: string | null = null;
  const rescanning = spool && setInterval(() => rescan(spool), rescanMs).unref();

  function rescan(folder: Spool): void {
    folder.rescan();
    schedule();
  }

  /** Takes all of them in, or none: who is told to send again must not find half of it counted. */
  function enqueue(items: Queued[]): boolean {
    if (stopped || queue.length + inFlight.length + items.length > capacity) {
      count(stopped ? "dropped:stopped" : "dropped:buffer-full", items.length, exampleOfEvent(items.at(-1)?.event));
      return false;
    }
    queue.push(...items);
    if (working && queue.length >= capacity / 2 && spool?.mayTake()) moveToSpool(spool, batchSize);
    schedule();
    return true;
  }

  function recordAndWait(site: string, events: NewEvent[]): Promise<Refused> {
    if (events.length === 0) return Promise.resolve(new Map());
    const taken = new AwaitedCall(events.length, waitMs, () => new AppError("unavailable", LATE));
    if (!enqueue(events.map((event) => ({ site, event, call: taken }))))
      for (const _ of events) taken.postpone(new AppError("unavailable", FULL));
    return taken.done;
  }

  function schedule(): void {
    if (working || stopped) return; // the worker schedules the next round when it ends
    const delay = nextDelayMs();
    if (delay === null) return;
    const due = performance.now() + delay;
    if (due >= timerDueMs) return;
    if (timer) clearTimeout(timer);
    timerDueMs = due;
    timer = setTimeout(() => void work(), delay);
  }

  function nextDelayMs(): number | null {
    const now = performance.now();
    if (queue.length > 0 && healthy) return queue.length >= batchSize ? 0 : Math.max(0, workedAtMs + intervalMs - now);
    if (queue.length > 0 && spool?.mayTake()) return intervalMs;
    return queue.length > 0 || hasSpooled() ? Math.max(0, retryAtMs - now) : null;
  }

  const hasSpooled = () => spool?.isWaiting() ?? false;

  function work(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    timerDueMs = Number.POSITIVE_INFINITY;
    working ??= round().finally(() => {
      working = null;
      workedAtMs = performance.now();
      schedule();
    });
    return working;
  }

  /** What waits on disk goes first, also when it came there during a commit: it is older than what is queued. */
  async function round(): Promise<void> {
    try {
      if (healthy || performance.now() >= retryAtMs) {
        // After a failure a look is enough, and closes a connection that leads nowhere: a commit would take one more of them each time.
        if (!healthy) await askSink();
        while (queue.length > 0 || hasSpooled()) await (hasSpooled() ? replay() : commitBatch());
        healthy = true;
        lastError = null;
        retryDelayMs = retry.first;
      }
    } catch (error) {
      count("commit-failures");
      healthy = false;
      lastError = describeTrouble(error);
      retryAtMs = performance.now() + retryDelayMs;
      retryDelayMs = Math.min(retryDelayMs * 2, retry.longest);
    }
    if (!healthy && spool?.mayTake()) await emptyIntoSpool(spool);
  }

  /** A batch at a time, for making lines takes the processor, which others want in between. What comes meanwhile is not waited for: it may never end. */
  async function emptyIntoSpool(folder: Spool): Promise<void> {
    for (let left = queue.length; !stopped && left > 0 && moveToSpool(folder, Math.min(left, batchSize)); left -= batchSize)
      await setImmediate();
  }

  async function commitBatch(): Promise<void> {
    const began = performance.now();
    inFlight = queue.slice(0, endOfBatch());
    queue = queue.slice(inFlight.length);
    try {
      for (const [site, items] of groupBySite(inFlight)) {
        const refused = await commitEvents(sink, site, eventsOf(items), commitTimeoutMs);
        const done = new Set(items);
        inFlight = inFlight.filter((item) => !done.has(item));
        for (const { event, call } of items) call?.settle(event, refused.get(event.id));
      }
      lastCommitMs = performance.now() - began;
      options.onCommit?.(lastCommitMs);
    } finally {
      takeBack(); // nothing is left in flight unless the commit failed
    }
  }

  /** What is in flight no more: what stands on disk waits there, the rest is queued again. */
  function takeBack(): void {
    postpone(inFlight.filter(({ spooled }) => spooled));
    queue = [...inFlight.filter(({ spooled }) => !spooled), ...queue];
    inFlight = [];
  }

  /** A call's events go together. */
  function endOfBatch(): number {
    let end = Math.min(batchSize, queue.length);
    while (queue[end]?.call && queue[end]?.call === queue[end - 1]?.call) end += 1;
    return end;
  }

  const askSink = () => within(commitTimeoutMs, sink.ping());

  async function replay(): Promise<void> {
    if (healthy) await askSink(); // asked first, so that an absent database costs no new segment
    await spool?.replay(async (site, events) => {
      await commitEvents(sink, site, events, commitTimeoutMs);
      count("replayed", events.length);
    });
  }

  /**
   * The oldest, as many as are asked for; false when the spool did not take them all. What is in flight is older than what is queued and goes before
   * it: its commit may fail yet, and if it does not, ids make the copy harmless.
   */
  function moveToSpool(folder: Spool, most: number): boolean {
    const older = inFlight.filter(({ spooled }) => !spooled);
    const oldest = [...older, ...queue.slice(0, most)].slice(0, most);
    const kept = folder.append(oldest);
    for (const item of older.slice(0, kept)) item.spooled = true;
    const moved = Math.max(0, kept - older.length);
    postpone(queue.slice(0, moved));
    queue = queue.slice(moved);
    return kept === oldest.length;
  }

  function postpone(items: Queued[]): void {
    const away = new AppError("unavailable", AWAY);
    for (const { call } of items) call?.postpone(away);
  }

  async function flush(): Promise<void> {
    if (working) await working;
    await work();
  }

  return {
    record: (site, event) => void enqueue([{ site, event }]),
    recordAndWait,
    flush,
    async stop() {
      if (stopped) return;
      await within(stopMs, flush()).catch(() => undefined); // what could not be committed is spooled below
      stopped = true;
      if (timer) clearTimeout(timer);
      if (rescanning) clearInterval(rescanning);
      if (spool) moveToSpool(spool, Number.POSITIVE_INFINITY);
      takeBack();
      spool?.close();
      if (queue.length > 0) count("dropped:stopped", queue.length, exampleOfEvent(queue.at(-1)?.event));
    },
    status: () => ({
      queued: queue.length + inFlight.length,
      capacity,
      healthy,
      spooledBytes: spool?.bytes() ?? 0,
      spool: spool?.state() ?? "none",
      setAside: spool?.setAside() ?? 0,
      lastCommitMs,
      lastError,
    }),
  };
}

const eventsOf = (items: Queued[]): NewEvent[] => items.map((item) => item.event);

function groupBySite(items: Queued[]): Map<string, Queued[]> {
  const groups = new Map<string, Queued[]>();
  for (const item of items) {
    const group = groups.get(item.site);
    if (group) group.push(item);
    else groups.set(item.site, [item]);
  }
  return groups;
}
