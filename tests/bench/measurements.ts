import type { Measurement } from "./measurement";
import { importLog } from "./measurements/import";
import { pipelineDay } from "./measurements/pipeline";
import { rebuildHistory } from "./measurements/rebuild";
import { snapshot } from "./measurements/snapshot";
import { storeRatio } from "./measurements/store-ratio";

/** Everything that is measured, in the order in which it runs. */
export const MEASUREMENTS: readonly Measurement[] = [storeRatio, rebuildHistory, snapshot, importLog, pipelineDay];
