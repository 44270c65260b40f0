import { type IncomingMessage, ServerResponse } from "node:http";

const MESSAGE = "The form in this request cannot be read: it is broken, cut off, or larger than 8 MB.";
const STREAMED = ["content-encoding", "content-length", "transfer-encoding", "etag", "vary"];

/** Whether Next will read a request's body as the arguments of a server action. */
export function carriesAction({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  if (method !== "POST") return false;
  return headers["next-action"] !== undefined || Boolean(headers["content-type"]?.startsWith("multipart/form-data"));
}

/**
 * Answers 400 in place of the 5xx that Next gives to an action's body it cannot decode, since that is the sender's fault. `actionBegan` tells, when the
 * answer is about to go out, whether an action ran: then the failure is ours and stays what it is.
 *
 * Next streams its answer, through a compressor: so nothing of it may pass once it is refused, whichever method it comes by.
 */
export function refuseUndecodable(response: ServerResponse, actionBegan: () => boolean): void {
  let refused: boolean | undefined;
  const isRefused = (status: number) => {
    refused ??= status >= 500 && !response.headersSent && !actionBegan();
    return refused;
  };
  const { writeHead, write, end, flushHeaders } = ServerResponse.prototype;
  const refuse = () => {
    if (response.headersSent) return response;
    for (const name of STREAMED) response.removeHeader(name);
    const body = JSON.stringify({ error: { code: "invalid", message: MESSAGE } });
    writeHead.call(response, 400, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
    });
    end.call(response, body, "utf8");
    return response;
  };
  const told = (args: unknown[]) => {
    const callback = args.find((arg) => typeof arg === "function");
    if (callback) process.nextTick(callback as () => void);
  };
  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) =>
      isRefused(status) ? response : Reflect.apply(writeHead, response, [status, ...rest]),
    flushHeaders: () => (isRefused(response.statusCode) ? undefined : flushHeaders.call(response)),
    write: (...args: unknown[]) => {
      if (!isRefused(response.statusCode)) return Reflect.apply(write, response, args);
      told(args);
      return true;
    },
    end: (...args: unknown[]) => {
      if (!isRefused(response.statusCode)) return Reflect.apply(end, response, args);
      refuse();
      told(args);
      return response;
    },
  });
}
