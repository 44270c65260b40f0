import Bowser from "bowser";
import { cacheLatest } from "./bounded-cache";
import { boundValues } from "./bounded-values";
import { cleanText } from "./clean-text";
import type { EventClient } from "./event";

type Agent = Pick<EventClient, "browser" | "os" | "device">;

const CACHED_AGENTS = 2_000;
const boundAgents = boundValues("user-agent", 5_000);

/** Browser, operating system and kind of device (desktop, mobile, tablet, tv) as a user agent names them. */
export const readAgent: (userAgent: string) => Agent = cacheLatest(CACHED_AGENTS, (userAgent) => {
  if (!userAgent) return { browser: null, os: null, device: null };
  const { browser, os, platform } = Bowser.parse(userAgent);
  return { browser: cleanText(browser.name, 60), os: cleanText(os.name, 60), device: cleanText(platform.type, 30) };
});

/** What a visitor looks with. `screen` is a class that only a beacon can know. */
export function readClient(
  headers: { "user-agent"?: string; "accept-language"?: string },
  now: Date,
  screen: string | null = null,
): EventClient {
  const userAgent = cleanText(headers["user-agent"], 512) ?? "";
  return { userAgent: boundAgents(userAgent, now), ...readAgent(userAgent), language: readLanguage(headers["accept-language"]), screen };
}

/** The language a visitor likes best, `en-GB`; null when none is named. */
export function readLanguage(acceptLanguage: string | undefined): string | null {
  const wishes = (acceptLanguage ?? "")
    .slice(0, 200)
    .split(",")
    .map((wish) => {
      const [tag = "", ...parameters] = wish.trim().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    });
  const best = wishes.filter(({ tag }) => /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/i.test(tag)).sort((a, b) => b.quality - a.quality)[0];
  if (!best) return null;
  const [language = "", ...rest] = best.tag.split("-");
  const tag = [language.toLowerCase(), ...rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join("-");
  return tag.slice(0, 20);
}
