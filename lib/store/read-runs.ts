import type { Db } from "../db/client";
import type { RunState, StepState } from "../db/generated/client";

export interface StepView {
  step: string;
  /** Attempts so far; more than one is a retry or a resumption. */
  attempts: number;
  state: StepState;
  startedAt: string;
  finishedAt: string | null;
  rows: number | null;
  bytes: number | null;
  /** Lines of every attempt, oldest first. */
  log: string[];
  error: string | null;
}

export interface RunView {
  id: string;
  /** Local date. */
  date: string;
  attempt: number;
  state: RunState;
  startedBy: string;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  error: string | null;
  steps: StepView[];
}

type RunRow = NonNullable<Awaited<ReturnType<typeof findRun>>>;

const withSteps = { steps: { orderBy: [{ startedAt: "asc" as const }, { attempt: "asc" as const }] } };
const findRun = (db: Db, id: bigint) => db.pipelineRun.findUnique({ where: { id }, include: withSteps });

/** The latest run of each day of a site, newest day first. Dates are local; `before` is exclusive. */
export async function readRuns(db: Db, siteId: number, page: { limit: number; before?: string }): Promise<RunView[]> {
  const latest = await db.$queryRaw<{ id: bigint }[]>`
    SELECT DISTINCT ON (day) id FROM pipeline_run
    WHERE site_id = ${siteId} AND (${page.before ?? null}::date IS NULL OR day < ${page.before ?? null}::date)
    ORDER BY day DESC, attempt DESC LIMIT ${page.limit}`;
  const runs = await db.pipelineRun.findMany({
    where: { id: { in: latest.map(({ id }) => id) } },
    include: withSteps,
    orderBy: { day: "desc" },
  });
  return runs.map(viewRun);
}

/** These runs, in no particular order. */
export async function readRunsById(db: Db, ids: string[]): Promise<RunView[]> {
  const runs = await db.pipelineRun.findMany({ where: { id: { in: ids.map(BigInt) } }, include: withSteps });
  return runs.map(viewRun);
}

function viewRun(run: RunRow): RunView {
  return {
    id: String(run.id),
    date: run.day.toISOString().slice(0, 10),
    attempt: run.attempt,
    state: run.state,
    startedBy: run.startedBy,
    queuedAt: run.queuedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    error: run.error,
    steps: viewSteps(run.steps),
  };
}

/** One view a step: its last attempt, with the log lines and errors of those before. */
function viewSteps(attempts: RunRow["steps"]): StepView[] {
  const names = [...new Set(attempts.map(({ step }) => step))];
  return names.map((step) => {
    const ofStep = attempts.filter((attempt) => attempt.step === step).sort((a, b) => a.attempt - b.attempt);
    const last = ofStep.at(-1) as RunRow["steps"][number];
    const several = ofStep.length > 1;
    const linesOf = (attempt: RunRow["steps"][number]) => [...attempt.log, ...(attempt.error ? [attempt.error] : [])];
    return {
      step,
      attempts: ofStep.length,
      state: last.state,
      startedAt: last.startedAt.toISOString(),
      finishedAt: last.finishedAt?.toISOString() ?? null,
      rows: last.rows === null ? null : Number(last.rows),
      bytes: last.bytes === null ? null : Number(last.bytes),
      log: ofStep.flatMap((attempt) => linesOf(attempt).map((line) => (several ? `attempt ${attempt.attempt}: ${line}` : line))),
      error: last.error,
    };
  });
}
