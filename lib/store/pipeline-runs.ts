import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { Prisma } from "../db/generated/client";

/** What a run is about. Dates are local days. */
export interface RunningRun {
  id: string;
  site: { id: number; slug: string; timezone: string };
  date: string;
  range: { from: string; to: string } | null;
}

const dateOf = (day: Date) => day.toISOString().slice(0, 10);

/** Marks a run as running and tells what it is about; null when it was cancelled before. Saying it twice changes nothing. */
export async function beginRun(db: Db, runId: string): Promise<RunningRun | null> {
  const id = BigInt(runId);
  await db.pipelineRun.updateMany({ where: { id, state: "queued" }, data: { state: "running", startedAt: new Date() } });
  const run = await db.pipelineRun.findFirst({ where: { id, state: "running" } });
  if (!run) return null;
  const site = await db.site.findUniqueOrThrow({ where: { id: run.siteId }, select: { id: true, slug: true, timezone: true } });
  const range = run.rangeFrom && run.rangeTo ? { from: dateOf(run.rangeFrom), to: dateOf(run.rangeTo) } : null;
  return { id: runId, site, date: dateOf(run.day), range };
}

/** Ends a run that is running; one that was cancelled stays so. */
export async function endRun(db: Db, runId: string, error: string | null): Promise<void> {
  await db.pipelineRun.updateMany({
    where: { id: BigInt(runId), state: "running" },
    data: { state: error === null ? "succeeded" : "failed", error, finishedAt: new Date() },
  });
}

/** Notes how many interactions a day had when it was extracted. */
export async function noteActions(db: Db, runId: string, actions: number): Promise<void> {
  await db.pipelineRun.update({ where: { id: BigInt(runId) }, data: { actions } });
}

/**
 * Marks a queued or running run as cancelled. Returns its workflow's id. Throws `not-found` without such a run, `conflict` when it has ended.
 */
export async function markCancelled(db: Db, runId: string, by: string): Promise<string> {
  const id = BigInt(runId);
  const run = await db.pipelineRun.findUnique({ where: { id } });
  if (!run) throw new AppError("not-found", `run: there is no run ${runId}.`, { field: "run" });
  const now = new Date();
  const { count } = await db.pipelineRun.updateMany({
    where: { id, state: { in: ["queued", "running"] } },
    data: { state: "cancelled", finishedAt: now, error: `Cancelled by ${by}.` },
  });
  if (count === 0) throw new AppError("conflict", `run: it has already ended (${run.state}).`, { field: "run" });
  await db.pipelineStep.updateMany({ where: { runId: id, state: "running" }, data: { state: "interrupted", finishedAt: now } });
  return run.workflowId;
}

/** A step that its process did not survive this often is taken to be the reason. */
const INTERRUPTIONS_ALLOWED = 5;

/** Notes that a step begins. An attempt still noted as running did not survive its process. Returns the attempt's number, from 1. */
export async function beginStep(db: Db, runId: string, step: string): Promise<number> {
  const id = BigInt(runId);
  await db.pipelineStep.updateMany({
    where: { runId: id, step, state: "running" },
    data: { state: "interrupted", finishedAt: new Date(), error: "The process ended while this step ran." },
  });
  const earlier = await db.pipelineStep.findMany({ where: { runId: id, step }, select: { attempt: true, state: true } });
  if (earlier.filter(({ state }) => state === "interrupted").length >= INTERRUPTIONS_ALLOWED)
    throw new AppError("conflict", `${step}: the process ended ${INTERRUPTIONS_ALLOWED} times while this step ran; it is not tried again.`);
  const attempt = Math.max(0, ...earlier.map((row) => row.attempt)) + 1;
  await db.pipelineStep.create({ data: { runId: id, step, attempt } });
  return attempt;
}

export interface StepEnd {
  state: "succeeded" | "skipped" | "failed";
  rows: number | null;
  bytes: number | null;
  log: string[];
  error: string | null;
}

/** Notes how an attempt at a step ended, unless it was interrupted meanwhile. */
export async function endStep(db: Db, key: { runId: string; step: string; attempt: number }, end: StepEnd): Promise<void> {
  const { rows, bytes, ...rest } = end;
  await db.pipelineStep.updateMany({
    where: { ...key, runId: BigInt(key.runId), state: "running" },
    data: { ...rest, rows: rows === null ? null : BigInt(rows), bytes: bytes === null ? null : BigInt(bytes), finishedAt: new Date() },
  });
}

/**
 * Takes the run's turn at the file over all its days. Returns the days to sum up when no other run of the same backfill (or, outside one,
 * of the site's single nights) is still to come: these are the days whose files are kept; null when a later one will do it, or when there is nothing to sum up.
 */
export async function claimAggregate(db: Db, runId: string): Promise<{ from: string; to: string } | null> {
  return db.$transaction(async (tx) => {
    const [run] = await tx.$queryRaw<{ siteId: number; from: string | null; to: string | null }[]>`
      SELECT site_id AS "siteId", range_from::text AS "from", range_to::text AS "to" FROM pipeline_run WHERE id = ${BigInt(runId)}`;
    if (!run) return null;
    // Two runs that end at once take their turns one after the other, so exactly one of them is the last.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('footfall.aggregate:' || ${run.siteId}::text, 0))::text`;
    await tx.pipelineRun.update({ where: { id: BigInt(runId) }, data: { published: true } });
    const [rest] = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM pipeline_run
      WHERE site_id = ${run.siteId} AND state IN ('queued', 'running') AND NOT published
        AND range_from IS NOT DISTINCT FROM ${run.from}::date AND range_to IS NOT DISTINCT FROM ${run.to}::date`;
    if (rest && rest.count > 0) return null;
    if (run.from && run.to) return { from: run.from, to: run.to };
    const [days] = await tx.$queryRaw<{ from: string | null; to: string | null }[]>(
      Prisma.sql`
        SELECT min(day)::text AS "from", max(day)::text AS "to"
        FROM daily_page JOIN site ON site.id = daily_page.site_id
        WHERE site_id = ${run.siteId} AND day >= CASE jsonb_typeof(settings -> 'archiveDays')
          WHEN 'number' THEN (CURRENT_TIMESTAMP AT TIME ZONE timezone)::date - (settings ->> 'archiveDays')::int
          ELSE '-infinity'::date END`,
    );
    return days?.from && days.to ? { from: days.from, to: days.to } : null;
  });
}

/** How many runs, of all sites, are queued or running. */
export const countUnfinishedRuns = (db: Db): Promise<number> => db.pipelineRun.count({ where: { state: { in: ["queued", "running"] } } });
