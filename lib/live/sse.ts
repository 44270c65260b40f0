const encoder = new TextEncoder();

/** One server-sent event as bytes, encoded once however many viewers get it. `data` is sent as JSON, which has no line breaks. */
export function encodeEvent(name: string, data: unknown, id?: string): Uint8Array {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return encoder.encode(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** What a stream opens with: how long a browser waits before it connects again, in milliseconds. */
export const encodeRetry = (ms: number): Uint8Array => encoder.encode(`retry: ${ms}\n\n`);

/** `no-transform` keeps the server's own gzip, and proxies, from holding events back. */
export const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;
