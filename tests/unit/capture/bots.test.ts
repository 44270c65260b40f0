import { expect, test } from "vitest";
import { findBot, isTool } from "@/lib/capture/bots";
import { BOTS, BROWSERS } from "../../support/user-agents";

test("there are forty of each", () => {
  expect([BOTS.length, BROWSERS.length]).toEqual([40, 40]);
});

test.each(BOTS)("a machine is known as one, with a reason: %s", (userAgent, category) => {
  expect(findBot(userAgent)).toEqual({ category, reason: expect.stringMatching(/\w/) });
});

test.each(BROWSERS)("a person's browser is not taken for a machine: %s", (userAgent) => {
  expect(findBot(userAgent)).toBeNull();
});

test("a programmer's tool is told from a crawler", () => {
  expect(["curl/8.5.0", "node", "python-requests/2.22.0", ""].map(isTool)).toEqual([true, true, true, true]);
  expect(["Googlebot-Image/1.0", "Mozilla/5.0 (compatible; bingbot/2.0)", ...BROWSERS].some(isTool)).toBe(false);
});
