import pg from "pg";
import { log } from "../observe/log";
import { type Clock, systemClock } from "./clock";

const CHANNEL = "footfall";
const CONNECT_TIMEOUT_MS = 5_000;
const CHECK_MS = 20_000;
const RETRY_FROM_MS = 250;
const RETRY_TO_MS = 10_000;

const reportError = (error: unknown): void => log().error({ err: error }, "live: lost the database, will listen again");

export interface Listener {
  /** Whether notifications arrive at this moment. */
  readonly connected: boolean;
  stop(): Promise<void>;
}

/**
 * Hears every change that any process commits to the database, on one connection of its own.
 * connecting → listening → (lost) → waiting → connecting …, until `stop`.
 *
 * `onChange(siteId)` tells which site; without an id, after every (re)connection, that any may have changed: what was said
 * while nobody listened is lost. A notification is a hint to look, never the news itself.
 */
export function listen(
  url: string,
  onChange: (siteId?: number) => void,
  options: { clock?: Clock; onError?: (error: unknown) => void } = {},
): Listener {
  const { clock = systemClock, onError = reportError } = options;
  let client: pg.Client | undefined;
  let connected = false;
  let stopped = false;
  let failures = 0;
  let cancelTimer: (() => void) | undefined;

  function lose(lost: pg.Client, error: unknown): void {
    if (client !== lost) return;
    client = undefined;
    connected = false;
    cancelTimer?.();
    void lost.end().catch(() => {});
    if (stopped) return;
    if (failures === 0) onError(error);
    const wait = Math.min(RETRY_FROM_MS * 2 ** failures++, RETRY_TO_MS);
    cancelTimer = clock.after(wait, () => void connect());
  }

  /** A connection that died without a word is only noticed by asking. */
  function check(asked: pg.Client): void {
    cancelTimer = clock.after(CHECK_MS, () => {
      const giveUp = clock.after(CONNECT_TIMEOUT_MS, () => lose(asked, new Error("The listening connection does not answer.")));
      asked.query("SELECT 1").then(
        () => {
          giveUp();
          if (client === asked) check(asked);
        },
        (error) => {
          giveUp();
          lose(asked, error);
        },
      );
    });
  }

  async function connect(): Promise<void> {
    if (stopped) return;
    const own = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: "footfall live",
    });
    client = own;
    own.on("error", (error) => lose(own, error));
    own.on("end", () => lose(own, new Error("The listening connection was closed.")));
    own.on("notification", ({ payload }) => {
      const siteId = Number(payload);
      onChange(Number.isInteger(siteId) && payload ? siteId : undefined);
    });
    try {
      await own.connect();
      await own.query(`LISTEN ${CHANNEL}`);
      if (client !== own) return;
      connected = true;
      failures = 0;
      check(own);
      onChange();
    } catch (error) {
      lose(own, error);
    }
  }

  void connect();
  return {
    get connected() {
      return connected;
    },
    async stop() {
      stopped = true;
      cancelTimer?.();
      const last = client;
      client = undefined;
      connected = false;
      await last?.end().catch(() => {});
    },
  };
}
