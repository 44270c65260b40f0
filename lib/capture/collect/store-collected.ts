import { AppError } from "../../app-error";
import { db } from "../../db/client";
import { type PageVital, savePageVitals } from "../../store/page-vitals";
import { commitEvents, type Refused } from "../commit-events";
import type { NewEvent } from "../event";
import { findSite } from "../find-site";
import { captureState } from "../state";
import { storeSink } from "../store-sink";
import { isPassingTrouble } from "../trouble";

const COMMIT_MS = 10_000;

/** An event, and what was measured of its page, if anything was. */
export type Made = { event: NewEvent; vital: PageVital | null };

/**
 * Resolves when the events are committed, through this process's buffer or at once where none runs, with those that the store refused, by id,
 * and why. Throws AppError `unavailable`.
 */
export async function storeCollected(site: string, made: readonly Made[]): Promise<Refused> {
  const { recorder } = captureState();
  const events = made.map(({ event }) => event);
  const refused = recorder ? await recorder.recordAndWait(site, events) : await commitAtOnce(site, events);
  const vitals = made.flatMap(({ event, vital }) => (vital && !refused.has(event.id) ? [vital] : []));
  if (recorder) recorder.recordVitals(site, vitals);
  else if (vitals.length > 0) await savePageVitals(db(), (await findSite(site)).id, vitals);
  return refused;
}

async function commitAtOnce(site: string, events: NewEvent[]): Promise<Refused> {
  if (events.length === 0) return new Map();
  try {
    return await commitEvents(storeSink, site, events, COMMIT_MS);
  } catch (error) {
    if (!isPassingTrouble(error)) throw error;
    throw new AppError("unavailable", "The database is away. Send again later, with the same ids.", { cause: error });
  }
}
