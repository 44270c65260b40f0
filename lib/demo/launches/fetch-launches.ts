import type { Launch } from "../../store/launches";
import { parseLaunches } from "./parse-launches";

export type LaunchAnswer =
  | { kind: "launches"; launches: Launch[]; etag: string | null; lastModified: string | null; bytes: number }
  | { kind: "unchanged" }
  /** The source wants to be left alone until then. */
  | { kind: "refused"; status: number; notBefore: Date };

const LIMIT = 100;
const MAX_BYTES = 8_000_000;
const DEFAULT_WAIT_MS = 15 * 60_000;
const MAX_WAIT_MS = 24 * 3_600_000;

/**
 * Asks the source for the upcoming launches, conditionally when an earlier answer is known.
 * Throws an Error that says what was wrong: no network, no answer in time, an error status, or a body of another shape.
 */
export async function fetchLaunches(
  base: string,
  known: { etag: string | null; lastModified: string | null },
  options: { now: Date; timeoutMs: number; signal?: AbortSignal },
): Promise<LaunchAnswer> {
  const url = new URL(base);
  if (!url.searchParams.has("limit")) url.searchParams.set("limit", String(LIMIT));
  const headers = new Headers({ accept: "application/json", "user-agent": "footfall (launch list)" });
  if (known.etag) headers.set("if-none-match", known.etag);
  else if (known.lastModified) headers.set("if-modified-since", known.lastModified);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await fetch(url, { headers, signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout });
    if (response.status === 304) return { kind: "unchanged" };
    if (response.status === 429 || response.status === 503)
      return { kind: "refused", status: response.status, notBefore: retryAfter(response.headers.get("retry-after"), options.now) };
    if (!response.ok) throw new Error(`the source answered ${response.status}`);
    const text = await readBounded(response);
    const launches = parseLaunches(parseJson(text));
    const { headers: got } = response;
    return { kind: "launches", launches, etag: got.get("etag"), lastModified: got.get("last-modified"), bytes: text.length };
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    if (timeout.aborted) throw new Error(`no answer within ${options.timeoutMs / 1000} s`);
    if (error instanceof TypeError) throw new Error(`the source cannot be reached (${causeOf(error)})`);
    throw error;
  }
}

function retryAfter(header: string | null, now: Date): Date {
  const seconds = Number(header);
  const wait = header && Number.isFinite(seconds) ? seconds * 1000 : header ? Date.parse(header) - now.getTime() : Number.NaN;
  return new Date(now.getTime() + Math.min(Math.max(Number.isNaN(wait) ? DEFAULT_WAIT_MS : wait, 0), MAX_WAIT_MS));
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("the answer is not JSON");
  }
}

function causeOf(error: TypeError): string {
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}
