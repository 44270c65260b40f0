import { db } from "../../db/client";
import { type PageVital, savePageVitals } from "../../store/page-vitals";
import type { NewEvent } from "../event";
import { findSite } from "../find-site";
import { captureState } from "../state";
import { storeSink } from "../store-sink";

/** Resolves when the events are committed: through this process's buffer, or at once where none runs. */
export async function storeCollected(site: string, events: NewEvent[], vitals: PageVital[]): Promise<void> {
  const { recorder } = captureState();
  if (recorder) {
    recorder.recordVitals(site, vitals);
    return recorder.recordAndWait(site, events);
  }
  await storeSink.append(site, events);
  await savePageVitals(db(), (await findSite(site)).id, vitals);
}
