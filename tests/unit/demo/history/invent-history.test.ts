import { describe, expect, test } from "vitest";
import { findBot } from "@/lib/capture/bots";
import { NewEvent } from "@/lib/capture/event";
import { readAgent } from "@/lib/capture/read-client";
import { SITE_ROUTES } from "@/lib/capture/site-routes";
import { type HistoryPlan, inventHistory } from "@/lib/demo/history/invent-history";
import { inventMachines } from "@/lib/demo/history/invent-machines";
import { USER_AGENTS } from "@/lib/demo/user-agents";

const PLAN: HistoryPlan = { events: 20_000, days: 30, now: new Date("2026-11-21T15:00:00Z"), seed: 7, timezone: "Europe/Berlin" };
const invent = (plan: Partial<HistoryPlan> = {}) => {
  const whole = { ...PLAN, ...plan };
  return { events: [...inventHistory(whole)].flat(), excluded: [...inventMachines(whole)].flat() };
};
const { events, excluded } = invent();
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: PLAN.timezone });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: PLAN.timezone });

describe("an invented history", () => {
  test("has exactly as many events as were asked for, each of them valid, none twice", () => {
    expect(events).toHaveLength(20_000);
    expect(new Set(events.map(({ id }) => id)).size).toBe(20_000);
    for (const event of events.slice(0, 2_000)) expect(NewEvent.safeParse(event).error).toBeUndefined();
  });

  test.each([1, 2, 37])("%i events too", (count) => expect(invent({ events: count, days: 1 }).events).toHaveLength(count));

  test("is in order of time, begins thirty days ago and ends before now", () => {
    const times = events.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times.at(-1)).toBeLessThan(PLAN.now.getTime());
    const days = new Set(times.map((at) => day.format(at)));
    expect(days.size).toBe(30);
    expect([...days].at(0)).toBe("2026-10-23");
  });

  test("is the same for the same seed, and another for another", () => {
    expect(invent()).toEqual({ events, excluded });
    expect(invent({ seed: 8 }).events[0]?.id).not.toBe(events[0]?.id);
  });

  test("knows day from night, and working days from weekends", () => {
    const at = (hours: readonly string[]) => events.filter((event) => hours.includes(clock.format(event.at))).length;
    expect(at(["10", "11", "12"])).toBeGreaterThan(5 * at(["02", "03", "04"]));
    const on = (date: string) => events.filter((event) => day.format(event.at) === date).length;
    expect(on("2026-11-18")).toBeGreaterThan(on("2026-11-14"));
  });

  test("is of people who come back, register, sign in, convert, and say whether they are m or f", () => {
    const visits = new Map<string, Set<string>>();
    for (const { visitor, at } of events) visits.set(visitor, (visits.get(visitor) ?? new Set()).add(at.toISOString().slice(0, 10)));
    const returning = [...visits.values()].filter((days) => days.size > 1).length / visits.size;
    expect(returning).toBeGreaterThan(0.1);
    const share = (count: (event: NewEvent) => boolean) => events.filter(count).length / events.length;
    expect(share(({ kind }) => kind === "register")).toBeGreaterThan(0.002);
    expect(share(({ kind }) => kind === "login")).toBeGreaterThan(0.005);
    expect(share(({ kind, outcome }) => kind === "action" && outcome === "success")).toBeGreaterThan(0.02);
    expect(share(({ outcome }) => outcome === "error")).toBeGreaterThan(0.005);
    expect(new Set(events.map(({ user }) => user?.gender))).toEqual(new Set([undefined, "m", "f", "unknown"]));
  });

  test("pretends nobody real: made-up names, and addresses that nobody has", () => {
    const [names, addresses] = [
      new Set(events.map(({ user }) => user?.label ?? "Visitor 0")),
      new Set(events.map(({ address }) => address)),
    ];
    for (const name of names) expect(name).toMatch(/^Visitor \d+$/);
    for (const address of addresses) expect(address).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8:/);
  });

  test("visits the pages that the site has", () => {
    const routes = new Set(events.map(({ route }) => route));
    routes.delete("(not found)");
    for (const route of routes) expect(SITE_ROUTES).toContain(route);
  });

  test("leaves machines out, and says so of each", () => {
    expect(excluded.length).toBeGreaterThan(590);
    expect(excluded.length).toBeLessThanOrEqual(600);
    for (const { at } of excluded) expect(at.getTime()).toBeLessThan(PLAN.now.getTime());
    // Never more than a batch of them at once, however long the history is.
    for (const batch of inventMachines({ ...PLAN, events: 400_000 })) expect(batch.length).toBeLessThanOrEqual(5_000);
    for (const { userAgent, category, reason } of excluded) expect(findBot(userAgent ?? "")).toEqual({ category, reason });
  });
});

test.each(USER_AGENTS)("$browser on $os is read as just that, and as no machine", ({ userAgent, browser, os, device }) => {
  expect(readAgent(userAgent)).toEqual({ browser, os, device });
  expect(findBot(userAgent)).toBeNull();
});
