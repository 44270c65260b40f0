import { setTimeout as delay } from "node:timers/promises";
import { readMemory } from "./memory";

/** Asks again and again until `is` says yes. Throws after `patienceMs` with what was waited for. */
export async function waitUntil(what: string, is: () => boolean | Promise<boolean>, patienceMs = 60_000, everyMs = 20): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await is())) {
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await delay(everyMs);
  }
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
