import { AsyncLocalStorage } from "node:async_hooks";
import pino, { type Logger } from "pino";
import { env } from "../env";

const slot = Symbol.for("footfall.log");
type Holder = { [slot]?: { logger: Logger; request: AsyncLocalStorage<{ requestId: string }> } };

function shared() {
  const holder = globalThis as Holder;
  holder[slot] ??= make();
  return holder[slot];
}

function make() {
  const request = new AsyncLocalStorage<{ requestId: string }>();
  const logger = pino({
    level: env().LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => request.getStore() ?? {},
  });
  return { logger, request };
}

/**
 * The process's log: one JSON object a line, with the id of the running request. Never pass it an address, a cookie, a query string, a
 * user agent or a name: nobody's data belongs in a log.
 */
export const log = (): Logger => shared().logger;

/** Everything that runs from here on for this request is logged with its id. */
export const enterRequest = (requestId: string): void => shared().request.enterWith({ requestId });
