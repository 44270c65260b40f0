import { findRevoked } from "../auth/find-revoked";
import { db } from "../db/client";
import { env } from "../env";
import { timeCompute } from "../observe/instruments";
import { readLatestEvents } from "../store/read-events";
import { readSite } from "../store/read-site";
import { readSnapshot } from "../store/read-snapshot";
import { createHub, type Hub, type HubStats } from "./hub";
import { type Listener, listen } from "./listen";

/** How many of the latest events a dashboard shows. */
export const FEED_LENGTH = 30;

interface Live {
  hub: Hub;
  listener: Listener;
}
const slot = Symbol.for("footfall.live");
type Holder = { [slot]?: Live | "stopped" };

function startLive(): Live {
  const url = env().DATABASE_URL;
  if (!url) throw new Error("DATABASE_URL is not set: start the app with npm start, which brings its own database.");
  const hub = createHub({
    siteId: async (slug) => (await readSite(db(), slug)).id,
    snapshot: (query, now) => timeCompute("snapshot", () => readSnapshot(db(), query, now)),
    feed: (siteId) => timeCompute("feed", () => readLatestEvents(db(), siteId, FEED_LENGTH)),
    revoked: (permits) => findRevoked(db(), permits),
  });
  return { hub, listener: listen(url, hub.wake) };
}

/** The process's one hub, shared by every module graph Next makes; it begins to listen with its first viewer. Undefined once stopped. */
export function liveHub(): Hub | undefined {
  const holder = globalThis as Holder;
  holder[slot] ??= startLive();
  return holder[slot] === "stopped" ? undefined : holder[slot].hub;
}

/** How much is watched and computed; null while nobody has watched yet, and once stopped. */
export function readLiveStats(): HubStats | null {
  const live = (globalThis as Holder)[slot];
  return live && live !== "stopped" ? live.hub.stats() : null;
}

/** Ends every stream and the listening connection, for good: open streams would keep a stopping server alive. */
export async function stopLive(): Promise<void> {
  const holder = globalThis as Holder;
  const live = holder[slot];
  holder[slot] = "stopped";
  if (!live || live === "stopped") return;
  live.hub.closeAll();
  await live.listener.stop();
}
