import { isbot, isbotMatch } from "isbot";
import { AI_AGENTS } from "./ai-agents";
import { cacheLatest } from "./bounded-cache";

/** Why a client is taken for a machine. */
export type BotVerdict = { category: "bot" | "ai-agent"; reason: string };

const HEADLESS = /headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress|jsdom/i;

/** What a user agent gives away. Null: nothing speaks against a person. */
export const findBot: (userAgent: string) => BotVerdict | null = (userAgent) => judge(userAgent).verdict;

const judge = cacheLatest(2_000, (userAgent): { verdict: BotVerdict | null } => ({ verdict: judgeAgent(userAgent) }));

function judgeAgent(userAgent: string): BotVerdict | null {
  if (!userAgent.trim()) return { category: "bot", reason: "no user agent" };
  const agent = AI_AGENTS.find((name) => userAgent.toLowerCase().includes(name.toLowerCase()));
  if (agent) return { category: "ai-agent", reason: `AI agent ${agent}` };
  if (HEADLESS.test(userAgent)) return { category: "bot", reason: "headless browser" };
  if (isbot(userAgent)) return { category: "bot", reason: `known bot (${(isbotMatch(userAgent) ?? "").slice(0, 40)})` };
  return null;
}

const TOOL =
  /^(autocannon|axios|bun|curl|deno|go-http-client|got|guzzle|java|k6|libwww|node|node-fetch|okhttp|php|python|ruby|undici|wget)\b/i;

/** What a browser without a window gives away in its client hints (`Sec-CH-UA`), though its user agent hides it. */
export const findHeadlessBrand = (hint: string | undefined): BotVerdict | null =>
  hint && HEADLESS.test(hint) ? { category: "bot", reason: "headless browser behind another user agent" } : null;

/** Whether a user agent is a programmer's HTTP library: no visitor of pages, but a server may report events with it. */
export const isTool = (userAgent: string): boolean => TOOL.test(userAgent) || userAgent === "";
