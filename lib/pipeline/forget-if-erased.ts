import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { readErasureMark } from "../store/erasures";
import { WORK_FILES } from "./extract";
import type { StepContext } from "./step";

/**
 * Removes what a run has computed of its day so far when somebody was erased since the day was extracted, so that the step begins there again. Says
 * whether that was so.
 */
export async function forgetIfErased({ db, site, work, log }: StepContext): Promise<boolean> {
  const then = await readFile(path.join(work, WORK_FILES.erasures), "utf8").catch(() => null);
  if (then === null || then === (await readErasureMark(db, site.id))) return false;
  log("somebody was erased meanwhile");
  await rm(work, { recursive: true, force: true });
  return true;
}
