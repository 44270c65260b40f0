import { Agent, request } from "node:http";

export type Sent = { method: string; path: string; headers: Record<string, string>; data?: Buffer };
export type Answer = { status: number; type: string; text: string; ms: number };

const PATIENCE_MS = 30_000;

/**
 * Sends requests to one server past fetch, which would tidy them up, over at most `sockets` connections that are kept. A request without an answer
 * in half a minute rejects.
 */
export function openSender(url: string, sockets: number) {
  const target = new URL(url);
  // Without a timeout, another than the requests', it would use connections again that the server is about to close.
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, timeout: 2 * PATIENCE_MS });
  const send = ({ method, path, headers, data }: Sent): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      // Without a length Node sends the body of a DELETE as if it were the next request.
      const framed = data ? { ...headers, "content-length": String(data.length) } : headers;
      const options = {
        agent,
        host: target.hostname,
        port: target.port,
        method,
        path,
        headers: framed,
        timeout: PATIENCE_MS,
        maxHeaderSize: 65_536,
      };
      const sent = request(options, (response) => {
        const type = String(response.headers["content-type"] ?? "");
        const done = (text: string) => resolve({ status: response.statusCode ?? 0, type, text, ms: performance.now() - began });
        if (type.startsWith("text/event-stream")) {
          response.destroy();
          return done("");
        }
        const chunks: Buffer[] = [];
        response
          .on("data", (chunk: Buffer) => chunks.push(chunk))
          .once("end", () => done(Buffer.concat(chunks).toString()))
          .once("error", reject);
      });
      sent.once("timeout", () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
      sent.once("error", reject);
      sent.end(data);
    });
  return { send, close: () => agent.destroy() };
}
