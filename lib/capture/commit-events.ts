import { AppError } from "../app-error";
import { log } from "../observe/log";
import { count, exampleOfEvent } from "./counters";
import type { NewEvent } from "./event";
import type { EventSink } from "./event-sink";
import { isPassingTrouble, nameTrouble } from "./trouble";
import { within } from "./within";

/** Events that the store will never take, by id, with the reason. */
export type Refused = Map<string, string>;

/**
 * Commits a site's events. One that the store refuses for what it is must not hold up the rest: the batch is halved until that
 * event stands alone, and it is dropped and counted. Rejects when the trouble is the database's, with nothing lost.
 */
export async function commitEvents(sink: EventSink, site: string, events: NewEvent[], timeoutMs: number): Promise<Refused> {
  try {
    const { appended, duplicates } = await within(timeoutMs, sink.append(site, events));
    count("commits");
    count("committed", appended);
    if (duplicates > 0) count("duplicates", duplicates);
    return new Map();
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return refuse(events, error.message);
    if (isPassingTrouble(error)) throw error;
    await within(timeoutMs, sink.ping());
    if (events.length === 1) return refuseAfterSecondTry(sink, site, events, timeoutMs);
    const middle = Math.ceil(events.length / 2);
    const first = await commitEvents(sink, site, events.slice(0, middle), timeoutMs);
    const second = await commitEvents(sink, site, events.slice(middle), timeoutMs);
    return new Map([...first, ...second]);
  }
}

async function refuseAfterSecondTry(sink: EventSink, site: string, events: NewEvent[], timeoutMs: number): Promise<Refused> {
  try {
    await within(timeoutMs, sink.append(site, events));
    count("committed");
    return new Map();
  } catch (error) {
    if (isPassingTrouble(error)) throw error;
    return refuse(events, nameTrouble(error));
  }
}

function refuse(events: NewEvent[], reason: string): Refused {
  count("dropped:refused-by-store", events.length, exampleOfEvent(events.at(-1)));
  log().error({ events: events.length, reason }, "events cannot be stored");
  return new Map(events.map((event) => [event.id, reason]));
}
