import type { Measurement } from "./measurement";
import { capture } from "./measurements/capture";
import { clickToGlass } from "./measurements/click-to-glass";
import { collect } from "./measurements/collect";
import { importLog } from "./measurements/import";
import { lighthouse } from "./measurements/lighthouse";
import { memory } from "./measurements/memory";
import { pipelineDay } from "./measurements/pipeline";
import { rebuildHistory } from "./measurements/rebuild";
import { scripts } from "./measurements/scripts";
import { snapshot } from "./measurements/snapshot";
import { start } from "./measurements/start";
import { storeRatio } from "./measurements/store-ratio";
import { viewers } from "./measurements/viewers";

/** Everything that is measured, in the order in which it runs. */
export const MEASUREMENTS: readonly Measurement[] = [
  storeRatio,
  rebuildHistory,
  snapshot,
  importLog,
  pipelineDay,
  capture,
  collect,
  clickToGlass,
  viewers,
  memory,
  scripts,
  lighthouse,
  start,
];
