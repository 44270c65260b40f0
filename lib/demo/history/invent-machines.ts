import { findBot } from "../../capture/bots";
import type { ExcludedRequest } from "../../capture/reasons";
import type { HistoryPlan } from "./invent-history";
import { createRandom, weighted } from "./random";
import { busyHours } from "./rhythm";

const BATCH = 5_000;
const REQUESTS_AN_EVENT = 0.03;
/** Machines that visit any site, as they call themselves. */
const MACHINES = [
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  "curl/8.5.0",
].map((userAgent) => ({ userAgent, ...(findBot(userAgent) ?? { category: "bot" as const, reason: "known bot" }) }));
const pickPath = weighted([
  ["/", 40],
  ["/house-price", 24],
  ["/celebrity", 22],
  ["/launches", 14],
]);

/** Invents the requests of machines beside that history, which no metric counts, hour by hour, a batch at a time: three for a hundred events of people. */
export function* inventMachines({ events, days, now, seed, timezone }: HistoryPlan): Generator<ExcludedRequest[]> {
  const random = createRandom(seed);
  const hours = busyHours(timezone, days, now.getTime(), random);
  let batch: ExcludedRequest[] = [];
  let due = 0;
  for (const { from, to, share } of hours) {
    for (due += share * events * REQUESTS_AN_EVENT; due >= 1; due -= 1) {
      const at = new Date(from + random.integer(to - from));
      batch.push({ at, ...random.pick(MACHINES), path: pickPath(random), method: "GET", status: 200, address: "192.0.2.255" });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  yield batch;
}
