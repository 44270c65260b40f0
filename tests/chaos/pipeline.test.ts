import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Db, openDatabase } from "../../lib/db/client";
import { setEnv } from "../../lib/env";
import { closeRunClient } from "../../lib/pipeline/run-client";
import { siteFiles } from "../../lib/pipeline/site-files";
import { startBackfill } from "../../lib/pipeline/start-runs";
import type { StepName } from "../../lib/pipeline/step";
import { appendEvents } from "../../lib/store/append-events";
import { type RunView, readRunsById } from "../../lib/store/read-runs";
import { readSite } from "../../lib/store/read-site";
import { type LaunchServer, launchAnswer, sendJson, startLaunchServer } from "../support/launch-server";
import { someViews } from "../support/some-views";
import { closeStepGate, type StepGate } from "../support/step-gate";
import { type Arena, type ChaosServer, openArena } from "./arena/arena";

const DAY = "2026-03-02";
const VIEWS = 40;

let arena: Arena;
let server: ChaosServer;
let db: Db;
let launches: LaunchServer;
let gate: StepGate;

beforeAll(async () => {
  launches = await startLaunchServer();
  setEnv({ LAUNCHES_URL: launches.url });
  arena = await openArena();
  db = openDatabase(arena.database.directUrl(), { poolSize: 2 });
  gate = await closeStepGate(arena.database.directUrl());
  server = await arena.addServer();
});

afterAll(async () => {
  await gate?.close();
  await closeRunClient();
  await db?.$disconnect();
  await arena?.close();
  await launches?.close();
});

const until = <T>(what: () => Promise<T>) => vi.waitFor(what, { timeout: 60_000, interval: 25 });

async function killAndStart(): Promise<void> {
  await server.kill();
  await gate.clear();
  await server.start();
}

/** Holds a table that a step needs, so that it is in the middle of its work while `use` runs. */
async function whileLocked(table: "referral" | "daily_page", use: () => Promise<void>): Promise<void> {
  const blocker = new Client({ connectionString: arena.database.directUrl() });
  await blocker.connect();
  try {
    await blocker.query("BEGIN");
    await blocker.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await use();
  } finally {
    await blocker.end();
  }
}

test("a run whose server is killed in and at the end of every step is completed by the next server, each figure once", async () => {
  const site = await readSite(db, "demo");
  await appendEvents(db, site, someViews(DAY, VIEWS));
  launches.answer = () => undefined;
  const killed: string[] = [];
  let id = "";
  const stepOf = async (name: StepName) => {
    const [run] = await readRunsById(db, [id]);
    return run?.steps.find(({ step }) => step === name);
  };
  const untilRuns = (name: StepName, attempt: number) =>
    until(async () => expect(await stepOf(name)).toMatchObject({ state: "running", attempts: attempt }));
  const kill = async (moment: string) => {
    await killAndStart();
    killed.push(moment);
  };

  // In the middle: the source of launches does not answer, and extract waits for a table.
  await whileLocked("referral", async () => {
    const [run] = await startBackfill(arena.database.directUrl(), { site, from: DAY, to: DAY, startedBy: "test" });
    id = run?.id as string;
    await untilRuns("extract", 1);
    await until(async () => expect(launches.requests).toHaveLength(1));
    launches.answer = sendJson(launchAnswer(3, new Date()));
    await kill("launches and extract, under way");
  });

  // The second attempts at both pass the gate; then each step is killed when it is done and just not yet recorded.
  for (const step of ["transform", "load", "reconcile", "publish"] as const) {
    await untilRuns(step, 1);
    await until(async () => expect(await gate.waiting()).toBe(1));
    if (step === "load") expect(await db.dailyAddressPage.count()).toBe(1);
    if (step === "load") await whileLocked("daily_page", () => killInLoad(untilRuns, kill));
    else await kill(`${step}, done`);
  }

  const [ended] = await until(async () => {
    const runs = await readRunsById(db, [id]);
    expect(runs[0]?.state).toBe("succeeded");
    return runs;
  });
  expect(killed).toHaveLength(6);
  expect(attemptsOf(ended as RunView)).toEqual({ launches: 2, extract: 2, transform: 2, load: 3, reconcile: 2, publish: 2 });
  const totals = await db.dailyAddressPage.aggregate({ _sum: { accesses: true, totalMs: true } });
  expect(totals._sum).toEqual({ accesses: VIEWS, totalMs: BigInt((VIEWS - 1) * 10_000) });
  expect(await db.launch.count()).toBe(3);
  const dataFolder = path.dirname(server.spoolFolder);
  const files = siteFiles(dataFolder, "demo");
  const row = `192.0.2.1,/`;
  expect((await readFile(files.daily(DAY), "utf8")).trim().split("\n").slice(1)).toEqual([`${DAY},${row},40,390,10,10,10`]);
  expect((await readFile(files.aggregate, "utf8")).trim().split("\n").slice(1)).toEqual([`${row},390,10,10,10`]);
  expect(await readdir(path.join(files.root, ".work"))).toEqual([]);
  expect((await readdir(path.dirname(files.daily(DAY)))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

/** Load is killed at its end, and once more in the middle of its transaction, when the day's rows are gone from two of three tables. */
async function killInLoad(untilRuns: (step: StepName, attempt: number) => Promise<void>, kill: (moment: string) => Promise<void>) {
  await kill("load, committed");
  await untilRuns("load", 2);
  await until(async () => {
    const [row] = await db.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND relation = 'daily_page'::regclass`;
    expect(row?.waiting).toBe(1);
  });
  await kill("load, in its transaction");
}

const attemptsOf = ({ steps }: RunView) => Object.fromEntries(steps.map(({ step, attempts }) => [step, attempts]));
