import type { Db } from "../../db/client";
import { claimAsk, noteRefusal, noteUnchanged, replaceLaunches } from "../../store/launches";
import { fetchLaunches } from "./fetch-launches";

export type LaunchRefresh = { rows: number; bytes: number; note: string } | { skipped: string };

const TIMEOUT_MS = 10_000;
/** A list younger than this is not asked for again. */
const FRESH_FOR_MS = 15 * 60_000;

/**
 * Brings the list of launches up to date, when the source may be asked and answers well; else says why not and leaves the list as it was.
 * It throws only when it is aborted or the database fails.
 */
export async function refreshLaunches(
  db: Db,
  base: string,
  options: { now: Date; timeoutMs?: number; freshForMs?: number; signal?: AbortSignal },
): Promise<LaunchRefresh> {
  const { now, signal, timeoutMs = TIMEOUT_MS, freshForMs = FRESH_FOR_MS } = options;
  const known = await claimAsk(db, now, freshForMs);
  if ("refused" in known) return { skipped: known.refused };
  const answer = await fetchLaunches(base, known, { now, timeoutMs, signal }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return { kind: "failed" as const, why: error instanceof Error ? error.message : String(error) };
  });
  switch (answer.kind) {
    case "failed":
      return { skipped: answer.why };
    case "refused":
      await noteRefusal(db, answer.notBefore);
      return { skipped: `the source answered ${answer.status}: not to be asked before ${answer.notBefore.toISOString()}` };
    case "unchanged":
      await noteUnchanged(db, now);
      return { rows: 0, bytes: 0, note: "the list has not changed" };
    case "launches":
      await replaceLaunches(db, answer.launches, answer, now);
      return { rows: answer.launches.length, bytes: answer.bytes, note: `${answer.launches.length} upcoming launches` };
  }
}
