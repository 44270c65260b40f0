import type { PageVital } from "../store/page-vitals";
import { count, type Example, exampleOf, readCounters, takeExamples } from "./counters";
import type { ExcludedRequest } from "./reasons";
import { isPassingTrouble } from "./trouble";
import { within } from "./within";

/** What side notes are written with. */
export type SideNoteSink = {
  appendExcluded(site: string, rows: ExcludedRequest[]): Promise<void>;
  addCounts(at: Date, amounts: Record<string, number>, examples: Map<string, Example>): Promise<void>;
  saveVitals(site: string, vitals: PageVital[]): Promise<void>;
};

export type SideNotes = ReturnType<typeof createSideNotes>;

const CAPACITY = 5_000;
const BATCH = 500;
/** What is of interest by the day, and not only since the process began. */
const BY_DAY = /^(ignored|dropped|excluded|folded|event):/;

/** What is stored beside the events: requests left out, and counts by day. Less precious than events: a few seconds late, in memory only. */
export function createSideNotes(sink: SideNoteSink, { intervalMs = 1_000, stopMs = 300 } = {}) {
  let excluded: { site: string; row: ExcludedRequest }[] = [];
  let vitals: { site: string; vital: PageVital }[] = [];
  let written: Record<string, number> = readCounters();
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
    while (vitals.length > 0) {
      const batch = vitals.slice(0, BATCH);
      for (const { site, vital } of batch) await eachThatCanBe([vital], (some) => sink.saveVitals(site, some));
      vitals = vitals.slice(batch.length);
    }
    while (excluded.length > 0) {
      const batch = excluded.slice(0, BATCH);
      for (const site of new Set(batch.map((item) => item.site))) {
        const rows = batch.filter((item) => item.site === site).map((item) => item.row);
        await eachThatCanBe(rows, (some) => sink.appendExcluded(site, some));
      }
      excluded = excluded.slice(batch.length);
    }
    const now = readCounters();
    const names = Object.keys(now).filter((name) => BY_DAY.test(name) && (now[name] ?? 0) > (written[name] ?? 0));
    const amounts = Object.fromEntries(names.map((name) => [name, (now[name] ?? 0) - (written[name] ?? 0)]));
    await sink.addCounts(new Date(), amounts, takeExamples());
    written = now;
  }

  function flush(): Promise<void> {
    working ??= write()
      .catch(() => undefined) // kept for the next round; the buffer tells of a database that is away
      .finally(() => {
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
    async stop() {
      if (timer) clearInterval(timer);
      timer = null;
      await within(stopMs, flushAll()).catch(() => undefined);
    },
  };
}

/** One row that the store refuses for what it is must not hold up the others, nor all that come after: it is left out, and counted. */
async function eachThatCanBe<Row>(rows: Row[], store: (rows: Row[]) => Promise<void>): Promise<void> {
  try {
    await store(rows);
  } catch (error) {
    if (isPassingTrouble(error)) throw error;
    if (rows.length === 1) return count("dropped:refused-by-store");
    for (const row of rows) await eachThatCanBe([row], store);
  }
}
