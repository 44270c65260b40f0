import type { Measurement } from "../measurement";
import { collectCalls, runLoad } from "../support/load";
import { openBare, openProduct } from "../support/servers";
import { summarise } from "../support/statistics";

const BATCH = 100;

/** Events told to /api/collect, each call answered once its events are committed. */
export const collect: Measurement = {
  name: "collect",
  quick: false,
  figures: [
    {
      key: "collectSingleRatio",
      title: "POST /api/collect, one event a call, 256 connections ÷ a bare route handler that parses the same body",
      unit: "×",
      budget: { atLeast: 0.7 },
      sane: [0.05, 3],
    },
    {
      key: "collectBatchEventsPerSec",
      title: "The same, 100 events a call, 32 connections",
      unit: "events/s",
      budget: { atLeast: 10_000 },
    },
  ],
  async measure(bench) {
    const [product, bare] = [await openProduct(bench), await openBare(bench)];
    const seconds = bench.quick ? 3 : 6;
    const single = (url: string, path: string) => runLoad({ url, connections: 256, seconds, requests: collectCalls(path, 1) });
    const batch = (amountSeconds: number) =>
      runLoad({ url: product.url, connections: 32, seconds: amountSeconds, requests: collectCalls("/api/collect", BATCH) });
    await single(product.url, "/api/collect");
    await single(bare.url, "/api/bare");
    const ratios: number[] = [];
    const speeds: number[] = [];
    const batches: number[] = [];
    for (let turn = 0; turn < (bench.quick ? 1 : 4); turn += 1) {
      const collected = await single(product.url, "/api/collect");
      const parsed = await single(bare.url, "/api/bare");
      ratios.push(collected.perSecond / parsed.perSecond);
      speeds.push(collected.perSecond);
    }
    await batch(2);
    for (let turn = 0; turn < (bench.quick ? 1 : 3); turn += 1) batches.push((await batch(seconds)).perSecond * BATCH);
    return {
      collectSingleRatio: summarise(ratios, `${Math.round(summarise(speeds).value)} calls/s`),
      collectBatchEventsPerSec: summarise(batches),
    };
  },
};
