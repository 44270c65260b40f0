import type { Bounds } from "@/lib/capture/old-logs/bound-clock";
import { type LogResult, readOldLog } from "@/lib/capture/old-logs/read-old-log";

export const ACTIVITY_HEADER = "user_name,user_id,name,surname,gender,method,route,status,time,date";
export const ACCESS_HEADER = "Date,IP Address,Page Accessed,Access Time,Time Spent (seconds)";

async function* pieces(content: Uint8Array, chunkSize: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += chunkSize) yield content.subarray(at, at + chunkSize);
}

/** Reads a whole file given as text or bytes, in chunks of that size. */
export async function readLog(
  content: string | Uint8Array,
  {
    timezone = "UTC",
    chunkSize = 65_536,
    site = "demo",
    bounds,
  }: { timezone?: string; chunkSize?: number; site?: string; bounds?: Bounds } = {},
): Promise<LogResult[]> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const results: LogResult[] = [];
  for await (const batch of readOldLog(pieces(bytes, chunkSize), { site, timezone, bounds })) results.push(...batch.results);
  return results;
}

export const eventsOf = (results: readonly LogResult[]) => results.flatMap((result) => ("event" in result ? [result.event] : []));
export const rejectionsOf = (results: readonly LogResult[]) =>
  results.flatMap((result) => ("rejection" in result ? [result.rejection] : []));
