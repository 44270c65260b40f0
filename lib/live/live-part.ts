import type { ServerPart } from "../lifecycle/part";
import { stopLive } from "./live";
import { keepStreamResponses } from "./stream-responses";

let stopKeeping: (() => void) | null = null;

/** The streams of open dashboards. The hub behind them starts with its first viewer. */
export const livePart: ServerPart = {
  name: "live streams",
  start() {
    stopKeeping ??= keepStreamResponses();
  },
  async stop() {
    stopKeeping?.();
    stopKeeping = null;
    await stopLive();
  },
};
