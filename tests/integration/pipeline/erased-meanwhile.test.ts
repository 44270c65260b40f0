import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setEnv } from "../../../lib/env";
import { withDuckDb } from "../../../lib/pipeline/open-duckdb";
import { closeRunClient } from "../../../lib/pipeline/run-client";
import { runStep } from "../../../lib/pipeline/run-step";
import { siteFiles } from "../../../lib/pipeline/site-files";
import type { StepContext, StepName } from "../../../lib/pipeline/step";
import { forgetPerson } from "../../../lib/privacy/forget";
import { appendEvents } from "../../../lib/store/append-events";
import { ErasedMeanwhile } from "../../../lib/store/erasures";
import { readSite, type Site } from "../../../lib/store/read-site";
import { makeEvent } from "../../support/make-event";
import { openRun } from "../../support/pipeline-steps";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const DAY = "2026-03-02";
const STEPS: StepName[] = ["extract", "transform", "load", "reconcile", "publish"];
/** Of one address, so that what goes with one of them is to be counted anew for the other. */
const ADDRESS = "192.0.2.7";

let database: TestDatabase;
let folder: string;
let site: Site;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "footfall-erased-"));
  setEnv({ FOOTFALL_DATA_DIR: folder });
  site = await readSite(database.db, "demo");
  const at = (minute: number) => new Date(`${DAY}T12:0${minute}:00Z`);
  const views = (visitor: string, count: number) =>
    Array.from({ length: count }, (_, index) => makeEvent({ visitor, address: ADDRESS, at: at(index), path: "/", route: "/" }));
  await appendEvents(database.db, site, [...views("gone", 3), ...views("stays", 2)]);
});
afterEach(async () => {
  await closeRunClient();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const erase = () => forgetPerson(database.db, database.url, site, "gone", "tester");

/** Once more when somebody was erased meanwhile, as the workflow does. */
async function doStep(step: StepName, context: Omit<StepContext, "log">) {
  await runStep(step, context).catch((error) => {
    if (!(error instanceof ErasedMeanwhile)) throw error;
    return runStep(step, context);
  });
}

async function expectWithoutThem() {
  const files = siteFiles(folder, site.slug);
  const [left] = await withDuckDb(path.join(folder, "spill"), undefined, (duck) =>
    duck.rows<{ events: number; visitors: number }>(
      "SELECT count(*)::INT AS events, count(DISTINCT visitor_id)::INT AS visitors FROM read_parquet($file)",
      { file: files.events(DAY) },
    ),
  );
  expect(left).toEqual({ events: 2, visitors: 1 });
  expect(await database.db.dailyAddress.findMany({ select: { address: true, accesses: true } })).toEqual([
    { address: ADDRESS, accesses: 2 },
  ]);
  for (const file of [files.daily(DAY), files.aggregate]) expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(2);
  expect(await readFile(files.daily(DAY), "utf8")).toContain(`${DAY},${ADDRESS},/,2,`);
}

test.each(STEPS.slice(0, -1))("who is erased after %s of a run on their day is in nothing that the run leaves", async (last) => {
  const context = await openRun(database, folder, site, DAY);
  for (const step of STEPS) {
    await doStep(step, context);
    if (step === last) expect(await erase()).toEqual({ events: 3, days: [DAY] });
  }
  await expectWithoutThem();
});

test("who is erased while their day is read is not put into its archive: the attempt fails and the next one reads anew", async () => {
  const context = await openRun(database, folder, site, DAY);
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  const waiting = async () =>
    (
      await holder.query(
        "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()",
      )
    ).rowCount;
  await holder.query("SELECT pg_advisory_lock(hashtextextended('footfall.erasure:' || $1::text, 0))", [site.id]);
  const erased = erase();
  await expect.poll(waiting).toBe(1);
  const extracted = runStep("extract", context).catch((error: unknown) => error);
  await expect.poll(waiting).toBe(2);
  await holder.end();
  await erased;
  expect(await extracted).toBeInstanceOf(ErasedMeanwhile);
  for (const step of STEPS) await doStep(step, context);
  await expectWithoutThem();
});
