import { db } from "../db/client";
import { appendEvents } from "../store/append-events";
import { appendExcluded } from "../store/excluded";
import type { EventSink } from "./event-sink";
import { findSite } from "./find-site";

/** The database as the buffer sees it. */
export const storeSink: EventSink = {
  append: async (slug, events) => appendEvents(db(), await findSite(slug), events),
  appendExcluded: async (slug, rows) => appendExcluded(db(), (await findSite(slug)).id, rows),
  ping: async () => {
    await db().$queryRaw`SELECT 1`;
  },
};
