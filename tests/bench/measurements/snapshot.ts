import { withConnection } from "../../../lib/db/client";
import { addDays } from "../../../lib/metrics/calendar";
import { LENSES, PERIODS, type SnapshotQuery } from "../../../lib/metrics/snapshot";
import { readSnapshot } from "../../../lib/store/read-snapshot";
import type { Measurement } from "../measurement";
import { readBruteForce } from "../support/brute-force";
import { type History, openHistory } from "../support/history";
import { median, percentile, summarise } from "../support/statistics";

/** Reading a day or a week, each through both lenses, out of ten million events and out of one, in turns; and the week by brute force. */
export const snapshot: Measurement = {
  name: "snapshot",
  quick: true,
  figures: [
    {
      key: "snapshotP95Ms",
      title: "Snapshot, day and week, both lenses, 10M events over 60 days, p95",
      unit: "ms",
      budget: { atMost: 20 },
    },
    { key: "snapshotGrowth", title: "The same, median at 10M ÷ at 1M", unit: "×", budget: { atMost: 1.3 }, sane: [0.1, 10] },
    {
      key: "snapshotSpeedup",
      title: "A week by plain SQL over the events ÷ its snapshot, at 10M",
      unit: "×",
      budget: { atLeast: 200 },
      sane: [0.1, 1e6],
    },
  ],
  async measure(bench) {
    const small = await openHistory(bench, bench.quick ? 3_000 : 1_000_000);
    const large = await openHistory(bench, bench.quick ? 30_000 : 10_000_000);
    const rounds = bench.quick ? 2 : 5;
    const reads = bench.quick ? 5 : 100;
    await readMany(small, reads);
    await readMany(large, reads);
    const turns: { small: number[]; large: number[] }[] = [];
    for (let round = 0; round < rounds; round += 1)
      turns.push({ small: await readMany(small, reads), large: await readMany(large, reads) });
    const brute = await measureWeekByBruteForce(large, bench.quick ? 1 : 3);
    const week = await readMany(large, reads, "week");
    return {
      snapshotP95Ms: summarise(turns.map((turn) => percentile(turn.large, 0.95))),
      snapshotGrowth: summarise(turns.map((turn) => median(turn.large) / median(turn.small))),
      snapshotSpeedup: {
        value: median(brute) / median(week),
        note: `${Math.round(median(brute))} ms against ${median(week).toFixed(1)} ms`,
      },
    };
  },
};

/** Milliseconds of each of `count` snapshots of days spread over the history. */
async function readMany(history: History, count: number, only?: SnapshotQuery["period"]): Promise<number[]> {
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const period = only ?? PERIODS[number % PERIODS.length] ?? "day";
    const lens = LENSES[Math.floor(number / PERIODS.length) % LENSES.length] ?? "all";
    const query = { site: history.site.slug, period, lens, date: addDays(history.from, 14 + ((number * 7) % 45)) };
    const started = performance.now();
    await readSnapshot(history.db, query, new Date());
    times.push(performance.now() - started);
  }
  return times;
}

async function measureWeekByBruteForce(history: History, weeks: number): Promise<number[]> {
  return withConnection(history.db, async (connection) => {
    const times: number[] = [];
    for (let week = 0; week < weeks; week += 1) {
      const from = addDays(history.from, 20 + week * 10);
      const started = performance.now();
      const { actions } = await readBruteForce(connection, history.site.id, from, addDays(from, 7));
      times.push(performance.now() - started);
      await expectSameActions(history, addDays(from, 6), actions);
    }
    return times;
  });
}

/** The yardstick has to count the same events. */
async function expectSameActions(history: History, date: string, actions: number): Promise<void> {
  const { metrics } = await readSnapshot(history.db, { site: history.site.slug, period: "week", lens: "all", date }, new Date());
  if (metrics.actions !== actions)
    throw new Error(`brute force counts ${actions} actions of the week to ${date}, the snapshot ${metrics.actions}`);
}
