import { readCounters } from "../capture/counters";
import { captureState } from "../capture/state";
import { db } from "../db/client";
import { ping } from "../db/ping";
import { type Health, judgeHealth } from "./health";

const PATIENCE_MS = 2_000;

/** The health of this process, of this moment. Takes at most two seconds. */
export async function readHealth(): Promise<Health> {
  const databaseAnswers = await ping(db(), PATIENCE_MS);
  return judgeHealth({ databaseAnswers, buffer: captureState().recorder?.status() ?? null, counters: readCounters() });
}
