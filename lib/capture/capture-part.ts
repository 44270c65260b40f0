import { join } from "node:path";
import { db } from "../db/client";
import { env } from "../env";
import type { ServerPart } from "../lifecycle/part";
import { instruments } from "../observe/instruments";
import { addCaptureCounts } from "../store/capture-counts";
import { savePageVitals } from "../store/page-vitals";
import { createBuffer } from "./buffer";
import { createCaptureContext } from "./capture-context";
import { completeAll } from "./complete-all";
import { completeRequests } from "./complete-request";
import { count } from "./counters";
import { findSite, REFRESH_MS, refreshSite } from "./find-site";
import { keepSalts } from "./keep-salts";
import { reportDrops } from "./report-drops";
import { hookResponses } from "./response-hooks";
import { createSideNotes } from "./side-notes";
import { OWN_SITE } from "./site-cache";
import { openSpool, type Spool } from "./spool";
import { captureState } from "./state";
import { storeSink } from "./store-sink";

const SALTS_MS = 10_000;
/** With what completing the last requests may take, and writing to the spool, it stays within what stopping a part may. */
const STOP_MS = 1_200;

let stopCapture: (() => Promise<void>) | null = null;

/** Capture in this process: the hooks on its HTTP servers, the buffer, and what they need from the database now and then. */
export const capturePart: ServerPart = {
  name: "capture",
  outlivesRequests: true,
  start() {
    stopCapture ??= startCapture();
  },
  async stop() {
    await stopCapture?.();
    stopCapture = null;
  },
};

function startCapture(): () => Promise<void> {
  const state = captureState();
  const context = createCaptureContext();
  const drops = reportDrops();
  const buffer = createBuffer({
    sink: storeSink,
    spool: openOwnSpool(),
    capacity: env().FOOTFALL_BUFFER_EVENTS,
    stopMs: STOP_MS,
    onCommit: (durationMs) => instruments().commit.observe(durationMs / 1000),
  });
  const notes = createSideNotes({
    appendExcluded: storeSink.appendExcluded,
    saveVitals: async (slug, vitals) => savePageVitals(db(), (await findSite(slug)).id, vitals),
    addCounts: async ({ at, amounts, examples }, flush) => addCaptureCounts(db(), await findSite(OWN_SITE), at, amounts, examples, flush),
    ping: storeSink.ping,
  });
  state.recorder = {
    record(site, event) {
      count(`event:${event.kind}`);
      buffer.record(site, event);
    },
    async recordAndWait(site, events) {
      const refused = await buffer.recordAndWait(site, events);
      for (const { id, kind } of events) if (!refused.has(id)) count(`event:${kind}`);
      return refused;
    },
    recordExcluded: notes.recordExcluded,
    recordVitals: notes.recordVitals,
    status: buffer.status,
    flush: buffer.flush,
  };
  const ended = completeAll(completeRequests(context, state.recorder));
  const unhook = hookResponses(ended.take);
  notes.start();
  const timers = keepUp();
  return async () => {
    for (const timer of timers) clearInterval(timer);
    unhook();
    await ended.finish();
    await buffer.stop();
    drops.report(); // before anything else may take too long
    state.recorder = null;
    await notes.stop();
    drops.stop();
  };
}

/** Settings and salts are read ahead, so that no request ever waits for them. */
function keepUp(): NodeJS.Timeout[] {
  return [repeat(REFRESH_MS, () => refreshSite(OWN_SITE)), repeat(SALTS_MS, () => keepSalts())];
}

/** Does it now and then again and again, one at a time: what failed is tried again in the next round. */
function repeat(everyMs: number, work: () => Promise<unknown>): NodeJS.Timeout {
  let working = false;
  const round = () => {
    if (working) return;
    working = true;
    work()
      .catch(() => undefined)
      .finally(() => {
        working = false;
      });
  };
  round();
  return setInterval(round, everyMs);
}

function openOwnSpool(): Spool {
  const { FOOTFALL_SPOOL_DIR, FOOTFALL_SPOOL_MB, FOOTFALL_DATA_DIR } = env();
  const dir = FOOTFALL_SPOOL_DIR ?? join(FOOTFALL_DATA_DIR ?? ".footfall", "spool");
  return openSpool({ dir, maxBytes: FOOTFALL_SPOOL_MB * 1024 * 1024 });
}
