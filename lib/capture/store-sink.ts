import { ask } from "../db/ask";
import { db } from "../db/client";
import { appendEvents } from "../store/append-events";
import { appendExcluded } from "../store/excluded";
import { keptFrom, type Site } from "../store/read-site";
import { count } from "./counters";
import type { NewEvent } from "./event";
import type { EventSink } from "./event-sink";
import { findSite } from "./find-site";

/** How long the database may take to say that it is there. */
const PING_MS = 4_000;

/** The database as the buffer sees it. */
export const storeSink: EventSink = {
  append: async (slug, events) => {
    const site = await findSite(slug);
    const kept = withoutForgotten(site, events);
    if (kept.length < events.length) count("dropped:older-than-kept", events.length - kept.length);
    const { appended, duplicates, erased } = await appendEvents(db(), site, kept);
    if (erased > 0) count("ignored:erased", erased);
    return { appended, duplicates };
  },
  appendExcluded: async (slug, rows, flush) => appendExcluded(db(), (await findSite(slug)).id, rows, flush),
  ping: () => ask(db(), PING_MS),
};

/** The numbers of days whose events were forgotten are closed. Only what lay in a spool for longer than events are kept can come so late. */
function withoutForgotten(site: Site, events: NewEvent[]): NewEvent[] {
  const border = keptFrom(site)?.at;
  return border === undefined ? events : events.filter(({ at }) => at >= border);
}
