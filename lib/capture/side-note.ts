import type { FlushKey } from "../store/capture-flush";
import type { PageVital } from "../store/page-vitals";
import type { Example } from "./counters";
import type { ExcludedRequest } from "./reasons";

/** What was counted until a moment, by name, with an example each. */
export type Counted = { at: Date; amounts: Record<string, number>; examples: Map<string, Example> };

/** What side notes are written with. What is called again with the same key must count once. */
export type SideNoteSink = {
  appendExcluded(site: string, rows: ExcludedRequest[], flush: FlushKey): Promise<void>;
  addCounts(counted: Counted, flush: FlushKey): Promise<void>;
  /** May be called again with the same. */
  saveVitals(site: string, vitals: PageVital[]): Promise<void>;
  /** Rejects while the database does not answer. */
  ping(): Promise<void>;
};

/** Something that is written as one: queued → (sent under its key, again and again) → stored, or refused and split. */
export type Note = {
  /** How many requests it holds. */
  rows: number;
  /** Given at the first try, so that keys grow in the order in which notes are stored. */
  key?: FlushKey;
  write(key: FlushKey): Promise<void>;
  /** The same as smaller notes, where one of them alone may be what the store refuses; none when it is the smallest. */
  split(): Note[];
};

/** Requests of a site that were left out. */
export const noteExcluded = (sink: SideNoteSink, site: string, rows: ExcludedRequest[]): Note => ({
  rows: rows.length,
  write: (key) => sink.appendExcluded(site, rows, key),
  split: () => (rows.length > 1 ? rows.map((row) => noteExcluded(sink, site, [row])) : []),
});

/** What was counted: if need be each name alone, and at last without its example, which is of a visitor's making. */
export const noteCounts = (sink: SideNoteSink, counted: Counted): Note => ({
  rows: 0,
  write: (key) => sink.addCounts(counted, key),
  split() {
    const { at, amounts, examples } = counted;
    const names = Object.entries(amounts);
    if (names.length > 1) return names.map(([name, amount]) => noteCounts(sink, { at, amounts: { [name]: amount }, examples }));
    return examples.size > 0 ? [noteCounts(sink, { at, amounts, examples: new Map() })] : [];
  },
});
