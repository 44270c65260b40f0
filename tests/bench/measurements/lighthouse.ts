import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Measurement } from "../measurement";
import { openBrowser } from "../support/browser";
import { type BenchServer, openProduct } from "../support/servers";
import { ownerCookie } from "../support/sign-in";

/** Fetched when they are wanted: Lighthouse would be half of everything that this clone installs, and the lines that know a Chromium of today need Node 22. */
const LIGHTHOUSE = ["--package=node@22.23.3", "--package=lighthouse@13.5.0", "lighthouse"];
const CATEGORIES = "performance,accessibility,best-practices,seo";
const PATIENCE_MS = 5 * 60_000;

interface Report {
  categories: Record<string, { score: number | null }>;
}

/** What Lighthouse says of the landing page and, signed in, of the dashboard. */
export const lighthouse: Measurement = {
  name: "lighthouse",
  quick: false,
  figures: [
    {
      key: "lighthouse",
      title: "Lighthouse, lowest of four scores of / and /dashboard (desktop)",
      unit: "points",
      budget: { atLeast: 95 },
    },
  ],
  async measure(bench) {
    const server = await openProduct(bench);
    const { port } = await openBrowser(bench);
    const scores: { what: string; score: number }[] = [];
    for (const path of ["/", "/dashboard"]) {
      const report = await judge(server, path, port, join(bench.folder, `lighthouse${path.replace("/", "-")}.json`));
      for (const [id, { score }] of Object.entries(report.categories)) scores.push({ what: `${path} ${id}`, score: (score ?? 0) * 100 });
    }
    if (scores.length === 0) throw new Error("Lighthouse gave no scores");
    const note = scores.map(({ what, score }) => `${what} ${Math.round(score)}`).join(", ");
    return { lighthouse: { value: Math.min(...scores.map(({ score }) => score)), note } };
  },
};

async function judge(server: BenchServer, path: string, port: number, file: string): Promise<Report> {
  const { name, value } = await ownerCookie(server);
  const headers = path === "/" ? [] : [`--extra-headers=${JSON.stringify({ Cookie: `${name}=${value}` })}`];
  const output = ["--output=json", `--output-path=${file}`, "--quiet"];
  const args = [
    "--yes",
    ...LIGHTHOUSE,
    `${server.url}${path}`,
    "--preset=desktop",
    `--only-categories=${CATEGORIES}`,
    `--port=${port}`,
    ...output,
    ...headers,
  ];
  await promisify(execFile)("npx", args, { timeout: PATIENCE_MS, maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(await readFile(file, "utf8")) as Report;
}
