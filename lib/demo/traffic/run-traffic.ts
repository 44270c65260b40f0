import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { AppError } from "../../app-error";
import { createRandom, type Random } from "../history/random";
import { USER_AGENTS } from "../user-agents";
import { Browser, createConnections, loopbackOrigin, type Upload } from "./browser";
import { Tally, type TrafficSummary } from "./tally";
import { Walk, type WalkContext } from "./walk";

export interface TrafficOptions {
  /** The running app, on this machine: anything else is refused. */
  url: string;
  /** How many people are there at a time. */
  users: number;
  minutes: number;
  /** Page requests a second of all of them together, about; by default each opens a page every two seconds. */
  rate?: number;
  seed?: number;
  /** Ends the run early; what was counted until then is still summed up. */
  signal?: AbortSignal;
  /** Called once a second. */
  onProgress?: (progress: { seconds: number; requests: number; failures: number }) => void;
}

const MOST_ACCOUNTS = 150;
const MACHINES = ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0"];
const LANGUAGES = ["en-US", "en-GB", "de-DE", "fr-FR"];
const FAILURES_IN_A_ROW = 20;

/** A picture without anybody on it. */
async function paintPicture(): Promise<Upload> {
  const background = { r: 86, g: 140, b: 214 };
  const content = await sharp({ create: { width: 320, height: 240, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return { filename: "sky.jpg", type: "image/jpeg", content };
}

/**
 * Sends people through the running app over HTTP, as browsers without scripts: they register, sign in, wander, fill in forms rightly and
 * wrongly, leave at once, sign out. Ends after `minutes`. Throws an AppError when the address is not of this machine or nothing answers there.
 */
export async function runTraffic(options: TrafficOptions): Promise<TrafficSummary> {
  const { users, minutes, rate = users / 2, seed = Date.now() } = options;
  const origin = loopbackOrigin(options.url);
  const startedAt = performance.now();
  const random = createRandom(seed);
  const tally = new Tally();
  const agent = createConnections(users);
  const ending = new AbortController();
  const stop = () => ending.abort();
  const { signal } = ending;
  // Everyone who is there listens for the end.
  setMaxListeners(0, signal);
  options.signal?.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(stop, minutes * 60_000);
  const seconds = () => (performance.now() - startedAt) / 1000;
  const ticking = setInterval(() => options.onProgress?.({ seconds: seconds(), ...tally.progress }), 1000);
  const context: WalkContext = {
    random,
    tally,
    accounts: [],
    mostAccounts: Math.min(MOST_ACCOUNTS, users * 3),
    picture: await paintPicture(),
    pause: () => wait(Math.min(10, random.spread(0.75, 0.75)) * (users / rate) * 1000, undefined, { signal }),
  };
  const newBrowser = (userAgent = pickUserAgent(random)) =>
    new Browser({ origin, agent, userAgent, language: random.pick(LANGUAGES), signal, onAnswer: tally.answer });
  try {
    await expectAnswer(newBrowser(), origin);
    await Promise.all(Array.from({ length: users }, () => comeAndGo(context, newBrowser, signal, stop)));
  } finally {
    clearTimeout(timer);
    clearInterval(ticking);
    options.signal?.removeEventListener("abort", stop);
    ending.abort();
    agent.destroy();
  }
  return tally.summarise(seconds());
}

const pickUserAgent = (random: Random): string =>
  random.pick(USER_AGENTS.flatMap(({ userAgent, weight }) => Array<string>(weight).fill(userAgent)));

async function expectAnswer(browser: Browser, origin: string): Promise<void> {
  try {
    await browser.open("/", { typed: true });
  } catch (cause) {
    throw new AppError("unavailable", `Nothing answers at ${origin}: start the app with npm start, or name its address with --url.`, {
      cause,
    });
  }
}

/** One seat of the run: visit after visit, half of them by somebody new, until the end. */
async function comeAndGo(
  context: WalkContext,
  newBrowser: (userAgent?: string) => Browser,
  signal: AbortSignal,
  stop: () => void,
): Promise<void> {
  const { random, tally } = context;
  let browser = newBrowser();
  let failures = 0;
  while (!signal.aborted) {
    try {
      await context.pause();
      if (random.chance(0.04)) await crawl(newBrowser(random.pick(MACHINES)), tally);
      else await new Walk(browser, context).run();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      tally.fail(error instanceof Error ? error.message : String(error));
      failures += 1;
      // The app is gone: nobody is served by hammering it.
      if (failures >= FAILURES_IN_A_ROW) stop();
    }
    if (random.chance(0.5)) browser = newBrowser();
  }
}

async function crawl(machine: Browser, tally: Tally): Promise<void> {
  for (const path of ["/", "/house-price"]) {
    await machine.open(path, { typed: true });
    tally.count("machine request");
  }
}
