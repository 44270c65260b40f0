import lighthouse from "lighthouse";
import type { Measurement } from "../measurement";
import { openBrowser } from "../support/browser";
import { openProduct } from "../support/servers";
import { ownerCookie } from "../support/sign-in";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

/** What Lighthouse says of the landing page and, signed in, of the dashboard. */
export const lighthouseScores: Measurement = {
  name: "lighthouse",
  quick: false,
  figures: [{ key: "lighthouse", title: "Lighthouse, lowest of four scores of / and /dashboard (desktop)", unit: "points", budget: { atLeast: 95 } }],
  async measure(bench) {
    const server = await openProduct(bench);
    const { port } = await openBrowser(bench);
    const { name, value } = await ownerCookie(server);
    const scores: { what: string; score: number }[] = [];
    for (const path of ["/", "/dashboard"]) {
      const extraHeaders = path === "/" ? {} : { Cookie: `${name}=${value}` };
      const result = await lighthouse(`${server.url}${path}`, { port, output: "json", logLevel: "error", extraHeaders, onlyCategories: CATEGORIES }, DESKTOP);
      for (const [id, { score }] of Object.entries(result?.lhr.categories ?? {})) scores.push({ what: `${path} ${id}`, score: (score ?? 0) * 100 });
    }
    if (scores.length === 0) throw new Error("Lighthouse gave no scores");
    const note = scores.map(({ what, score }) => `${what} ${Math.round(score)}`).join(", ");
    return { lighthouse: { value: Math.min(...scores.map(({ score }) => score)), note } };
  },
};

/** Lighthouse's own desktop preset. */
const DESKTOP = {
  extends: "lighthouse:default",
  settings: {
    formFactor: "desktop" as const,
    screenEmulation: { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false },
    throttling: { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1, requestLatencyMs: 0, downloadThroughputKbps: 0, uploadThroughputKbps: 0 },
  },
};
