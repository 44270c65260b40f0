import { ServerResponse } from "node:http";

/** What is sent in place of an answer. Headers that describe the body that is not sent are taken away. */
export type Replacement = { status: number; type: string; body: string };

const OF_THE_BODY = ["content-encoding", "content-length", "transfer-encoding", "etag", "vary"];

/**
 * Has another answer sent in place of one: `choose` is asked once, with the status, when the answer is about to begin, and gives null to let it pass.
 * Next streams its answers, through a compressor: so nothing may pass once one is replaced, whichever method it comes by.
 */
export function replaceAnswer(response: ServerResponse, choose: (status: number) => Replacement | null): void {
  const { writeHead, write, end, flushHeaders } = ServerResponse.prototype;
  let chosen: Replacement | null | undefined;
  const replacement = (status = response.statusCode) => {
    if (chosen === undefined) chosen = response.headersSent ? null : choose(status);
    return chosen;
  };
  const send = ({ status, type, body }: Replacement) => {
    if (response.headersSent) return;
    for (const name of OF_THE_BODY) response.removeHeader(name);
    // What is written of the answer in logs and events is what was sent, whatever Next sets afterwards.
    Object.defineProperty(response, "statusCode", { get: () => status, set: () => undefined });
    writeHead.call(response, status, { "content-type": type, "content-length": Buffer.byteLength(body), "cache-control": "no-store" });
    end.call(response, body, "utf8");
  };
  const callBack = (args: unknown[]) => {
    const callback = args.find((arg) => typeof arg === "function");
    if (callback) process.nextTick(callback as () => void);
  };
  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) =>
      replacement(status) ? response : Reflect.apply(writeHead, response, [status, ...rest]),
    flushHeaders: () => (replacement() ? undefined : flushHeaders.call(response)),
    write: (...args: unknown[]) => {
      if (!replacement()) return Reflect.apply(write, response, args);
      callBack(args);
      return true;
    },
    end: (...args: unknown[]) => {
      const instead = replacement();
      if (!instead) return Reflect.apply(end, response, args);
      send(instead);
      callBack(args);
      return response;
    },
  });
}
