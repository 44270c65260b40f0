import { db } from "../db/client";
import type { ServerPart } from "../lifecycle/part";
import { log } from "../observe/log";
import { retainAll } from "./retain-all";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let first: NodeJS.Timeout | null = null;
let timer: NodeJS.Timeout | null = null;

/**
 * Looks a minute after the start, and then once an hour, whether a site has anything older than it keeps: a server that never runs for an hour does too.
 * Of several servers one removes it; the others find nothing.
 */
export const retentionPart: ServerPart = {
  name: "retention",
  start() {
    first ??= setTimeout(look, MINUTE_MS).unref();
    timer ??= setInterval(look, HOUR_MS).unref();
  },
  stop() {
    if (first) clearTimeout(first);
    if (timer) clearInterval(timer);
    first = null;
    timer = null;
  },
};

const look = () => void retainAll(db()).catch((error) => log().error({ err: error }, "retention failed"));
