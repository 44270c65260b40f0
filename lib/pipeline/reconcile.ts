import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../app-error";
import { ErasedMeanwhile } from "../store/erasures";
import { type DayTotals, readDayTotals } from "../store/read-day-totals";
import type { LiveDay } from "../store/stream-day";
import { WORK_FILES } from "./extract";
import { forgetIfErased } from "./forget-if-erased";
import { haveFiles } from "./have-files";
import { load } from "./load";
import { type Duck, withDuckDb } from "./open-duckdb";
import type { StepContext, StepResult } from "./step";
import { SESSION_TIMES_FILE, transform } from "./transform";

const DIFFERENCES_NAMED = 10;

/** The day as the archive has it, counted by DuckDB. */
interface ArchiveDay {
  users: number;
  actions: number;
  spentMs: number;
}

/**
 * Holds the stored statistics against the numbers the dashboard showed when the day was extracted: page views by route, people,
 * interactions, and the time of each session against that session. Throws `conflict` that names the differences.
 */
export async function reconcile(context: StepContext): Promise<StepResult> {
  const { db, site, day, work, files, signal, log } = context;
  const inWork = (name: string) => path.join(work, name);
  await forgetIfErased(context);
  if (!(await haveFiles([files.events(day.date), inWork(WORK_FILES.live), inWork(SESSION_TIMES_FILE)]))) {
    log("the computed files are not here: computing and loading again");
    await transform(context);
    // The day may have other events by now: what is stored must be what is compared.
    await load(context);
  }
  const live = JSON.parse(await readFile(inWork(WORK_FILES.live), "utf8")) as LiveDay;
  const stored = await readDayTotals(db, site.id, day.date);
  const sources = { events: files.events(day.date), sessions: inWork(WORK_FILES.sessions) };
  const times = { times: inWork(SESSION_TIMES_FILE), sessions: sources.sessions };
  return withDuckDb(inWork("spill"), signal, async (duck) => {
    const archive = await countArchive(duck, sources, times.times);
    const sessions = await compareSessions(duck, times, { from: new Date(day.from).toISOString(), to: new Date(day.to).toISOString() });
    const differences = [...compareDay(live, stored, archive), ...sessions.differences];
    if (differences.length > 0) {
      if (await forgetIfErased(context)) throw new ErasedMeanwhile();
      const named = differences.slice(0, DIFFERENCES_NAMED).join("; ");
      const more = differences.length > DIFFERENCES_NAMED ? `; and ${differences.length - DIFFERENCES_NAMED} more` : "";
      throw new AppError("conflict", `${day.date} does not agree with the live numbers: ${named}${more}.`);
    }
    const routes = Object.keys(live.views).length;
    log(`${stored.byPage.accesses.toLocaleString("en")} page views on ${routes} routes, ${live.users.toLocaleString("en")} people agree`);
    log(`${sessions.checked.toLocaleString("en")} sessions agree with the time between their views`);
    return { rows: routes + sessions.checked, bytes: null, actions: live.actions };
  });
}

/** The differences between what was live, what is stored and what the archive has, each as a sentence. */
export function compareDay(live: LiveDay, stored: DayTotals, archive: ArchiveDay): string[] {
  const differences: string[] = [];
  const compare = (what: string, expected: number, actual: number) => {
    if (expected !== actual) differences.push(`${what}: ${expected} live, ${actual} in the daily statistics`);
  };
  const routes = [...new Set([...Object.keys(live.views), ...Object.keys(stored.views)])].sort();
  for (const route of routes) compare(`pageViews of ${route}`, live.views[route] ?? 0, stored.views[route] ?? 0);
  compare("users", live.users, archive.users);
  compare("actions", live.actions, archive.actions);
  for (const table of ["byAddress", "byAddressAndPage"] as const) {
    const { accesses, totalMs } = stored[table];
    if (accesses !== stored.byPage.accesses) differences.push(`accesses ${table}: ${accesses}, by page: ${stored.byPage.accesses}`);
    if (totalMs !== stored.byPage.totalMs) differences.push(`time spent ${table}: ${totalMs} ms, by page: ${stored.byPage.totalMs} ms`);
  }
  if (archive.spentMs !== stored.byPage.totalMs)
    differences.push(`time spent: ${archive.spentMs} ms over the sessions, ${stored.byPage.totalMs} ms in the daily statistics`);
  return differences;
}

async function countArchive(duck: Duck, sources: { events: string; sessions: string }, times: string): Promise<ArchiveDay> {
  const [row] = await duck.rows<Record<keyof ArchiveDay, bigint>>(
    `SELECT count(DISTINCT session.person) AS users, count(*) AS actions,
            (SELECT coalesce(sum(spent_ms), 0)::BIGINT FROM read_parquet($times)) AS "spentMs"
     FROM read_parquet($events) AS event
     LEFT JOIN read_parquet($sessions) AS session ON session.id = event.session_id
     WHERE event.kind <> 'ping'`,
    { ...sources, times },
  );
  return { users: Number(row?.users), actions: Number(row?.actions), spentMs: Number(row?.spentMs) };
}

interface SessionDifference {
  id: bigint;
  views: number;
  counted: bigint;
  expectedMs: bigint;
  actualMs: bigint;
}

// From a session's first view to its end there is no gap: its views' times, before any limit, add up to exactly that.
async function compareSessions(duck: Duck, files: { times: string; sessions: string }, span: { from: string; to: string }) {
  await duck.run(
    `CREATE TABLE whole AS
     SELECT session.id, session.views, coalesce(times.views, 0) AS counted,
            coalesce(epoch_ms(session.ended_at) - times.first_view_ms, 0) AS expected_ms, coalesce(times.until_next_ms, 0) AS actual_ms
     FROM read_parquet($sessions) AS session
     LEFT JOIN read_parquet($times) AS times ON times.session_id = session.id
     WHERE session.started_at >= $from::TIMESTAMPTZ AND session.ended_at < $to::TIMESTAMPTZ`,
    { ...files, ...span },
  );
  const [count] = await duck.rows<{ checked: bigint }>("SELECT count(*) AS checked FROM whole");
  const wrong = await duck.rows<SessionDifference>(
    `SELECT id, views, counted, expected_ms AS "expectedMs", actual_ms AS "actualMs" FROM whole
     WHERE views <> counted OR expected_ms <> actual_ms ORDER BY id LIMIT 20`,
  );
  const differences = wrong.map(
    ({ id, views, counted, expectedMs, actualMs }) =>
      `session ${id}: ${views} views over ${expectedMs} ms live, ${counted} views over ${actualMs} ms in the daily statistics`,
  );
  return { checked: Number(count?.checked), differences };
}
