import { setTimeout as delay } from "node:timers/promises";
import { readMemory } from "./memory";

const COLLECTED_MS = 4_000;

/** Asks again and again until `is` says yes. Throws after `patienceMs` with what was waited for. */
export async function waitUntil(what: string, is: () => boolean | Promise<boolean>, patienceMs = 60_000, everyMs = 20): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await is())) {
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await delay(everyMs);
  }
}

/** The resident memory, in MB, of a server that was started to collect its garbage when asked (collect-on-signal.mjs): what it holds, and no garbage. */
export async function readHeldMemory(pid: number, seconds: number): Promise<number> {
  // Where there is no such signal there is no such figure either: readMemory answers NaN.
  if (process.platform !== "win32") process.kill(pid, "SIGUSR2");
  await delay(COLLECTED_MS);
  return readRestingMemory(pid, seconds);
}

/** A process's resident memory in MB once it has come to rest: the least of some seconds, since collecting garbage comes late. */
export async function readRestingMemory(pid: number, seconds: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let second = 0; second < seconds; second += 1) {
    await delay(1_000);
    least = Math.min(least, (await readMemory(pid)).now);
  }
  return least;
}
