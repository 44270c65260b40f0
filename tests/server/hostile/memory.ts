import { readFileSync } from "node:fs";

/** Memory of the server in MB: what it holds of the machine, and of that the heap in use, garbage included. */
export type Memory = { rss: number; heap: number };

/** Reads both: the one from the kernel (0 where there is no /proc), the other from what the server tells Prometheus. */
export async function readMemory(url: string, pid: number, cookie: string): Promise<Memory> {
  const text = await (await fetch(`${url}/api/metrics/prometheus`, { headers: { cookie } })).text();
  return { rss: readRss(pid), heap: Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1] ?? 0) / 2 ** 20 };
}

function readRss(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * Holds the second tenth of the samples (all code has run by then) against the last: the largest resident memory, and the smallest heap in use,
 * which is what a collection of garbage leaves.
 */
export function judgeMemory(samples: readonly Memory[]): { growth: number; text: string } {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const of = (part: readonly Memory[]) => ({
    rss: Math.max(...part.map(({ rss }) => rss)),
    heap: Math.min(...part.map(({ heap }) => heap)),
  });
  const [early, late] = [of(samples.slice(tenth, 2 * tenth)), of(samples.slice(-tenth))];
  const show = ({ rss, heap }: Memory) => `${heap.toFixed(0)} MB of heap after a collection, at most ${rss.toFixed(0)} MB resident`;
  return {
    growth: late.heap / early.heap,
    text: `Memory of the server over the second tenth of the inputs: ${show(early)}; over the last: ${show(late)}.`,
  };
}
