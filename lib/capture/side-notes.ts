import { randomUUID } from "node:crypto";
import type { PageVital } from "../store/page-vitals";
import { count, type Example, exampleOf, readCounters, takeExamples } from "./counters";
import type { ExcludedRequest } from "./reasons";
import { type Note, noteCounts, noteExcluded, type SideNoteSink } from "./side-note";
import { isPassingTrouble } from "./trouble";
import { within } from "./within";

export type SideNotes = ReturnType<typeof createSideNotes>;

const CAPACITY = 5_000;
const BATCH = 500;
/** What is of interest by the day, and not only since the process began. */
const BY_DAY = /^(ignored|dropped|excluded|folded|event):/;

/**
 * What is stored beside the events: requests left out, and counts by day. Less precious than events: a few seconds late, in memory only. A note is sent
 * again, as it was, until its answer comes; by its key it is stored once.
 */
export function createSideNotes(sink: SideNoteSink, { intervalMs = 1_000, patienceMs = 5_000, stopMs = 300 } = {}) {
  const writer = randomUUID();
  let sequence = 0;
  let excluded: { site: string; row: ExcludedRequest }[] = [];
  let vitals: { site: string; vital: PageVital }[] = [];
  let written: Record<string, number> = readCounters();
  /** Taken out of what waits, in the order in which they are stored: nothing else is before these are. */
  let pending: Note[] = [];
  let isTroubled = false;
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> | null = null;

  function recordExcluded(site: string, row: ExcludedRequest): void {
    count(`excluded:${row.category}`);
    if (excluded.length < CAPACITY) excluded.push({ site, row });
    else count("dropped:buffer-full", 1, exampleOf(row.path, row.userAgent, row.at));
  }

  function recordVitals(site: string, measured: PageVital[]): void {
    for (const vital of measured) {
      if (vitals.length < CAPACITY) vitals.push({ site, vital });
      else count("dropped:buffer-full");
    }
  }

  async function write(): Promise<void> {
    if (isTroubled) await within(patienceMs, sink.ping());
    await writeVitals();
    await writePending();
    while (excluded.length > 0) {
      pending = takeExcluded();
      await writePending();
    }
    pending = takeCounts();
    await writePending();
  }

  async function writeVitals(): Promise<void> {
    while (vitals.length > 0) {
      const batch = vitals.slice(0, BATCH);
      for (const { site, vital } of batch) {
        const isTaken = await isStorable(sink.saveVitals(site, [vital]));
        if (!isTaken) count("dropped:refused-by-store");
      }
      vitals = vitals.slice(batch.length);
    }
  }

  /** One row that the store refuses for what it is must not hold up the others, nor all that come after: it is left out, and counted. */
  async function writePending(): Promise<void> {
    for (let note = pending[0]; note; note = pending[0]) {
      note.key ??= { writer, sequence: ++sequence };
      const isTaken = await isStorable(note.write(note.key));
      const parts = isTaken ? [] : note.split();
      if (!isTaken && parts.length === 0) count("dropped:refused-by-store");
      pending = [...parts, ...pending.slice(1)];
    }
  }

  /** Resolves with whether the store took it; rejects when the trouble is the database's. */
  async function isStorable(writing: Promise<void>): Promise<boolean> {
    try {
      await within(patienceMs, writing);
      return true;
    } catch (error) {
      if (isPassingTrouble(error)) throw error;
      return false;
    }
  }

  function takeExcluded(): Note[] {
    const batch = excluded.slice(0, BATCH);
    excluded = excluded.slice(batch.length);
    const rowsOf = (site: string) => batch.filter((item) => item.site === site).map(({ row }) => row);
    return [...new Set(batch.map(({ site }) => site))].map((site) => noteExcluded(sink, site, rowsOf(site)));
  }

  function takeCounts(): Note[] {
    const now = readCounters();
    const names = Object.keys(now).filter((name) => BY_DAY.test(name) && (now[name] ?? 0) > (written[name] ?? 0));
    const amounts = Object.fromEntries(names.map((name) => [name, (now[name] ?? 0) - (written[name] ?? 0)]));
    written = now;
    const examples: Map<string, Example> = takeExamples();
    return names.length > 0 ? [noteCounts(sink, { at: new Date(), amounts, examples })] : [];
  }

  function flush(): Promise<void> {
    working ??= write()
      .then(
        () => false,
        () => true, // kept for the next round; the buffer tells of a database that is away
      )
      .then((failed) => {
        isTroubled = failed;
        working = null;
      });
    return working;
  }

  async function flushAll(): Promise<void> {
    await working; // what came after it had begun is in the next
    await flush();
  }

  return {
    recordExcluded,
    recordVitals,
    flush,
    start() {
      timer ??= setInterval(() => void flush(), intervalMs);
    },
    /** Writes what waits, for a moment; what the database has not taken by then is counted as dropped. */
    async stop() {
      if (timer) clearInterval(timer);
      timer = null;
      await within(stopMs, flushAll()).catch(() => undefined);
      const left = excluded.length + vitals.length + pending.reduce((sum, { rows }) => sum + rows, 0);
      if (left > 0) count("dropped:stopped", left);
    },
  };
}
