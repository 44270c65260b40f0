import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { makeVisitorId, VISITOR_COOKIE } from "../../../lib/capture/visitor-cookie";

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PATIENCE_MS = 12_000;
const EVENTS_A_POST = 5;
/** For how long after its end a load still sends again what was not acknowledged. */
const AFTERWARDS_MS = 30_000;

/**
 * What clients know of a run: the ids they sent, those that were acknowledged, the visitors whose page came to its end, how often no server was there to
 * answer (what a balancer tries again elsewhere), the answers that were none: a wrong status, cut off, or too late, and of how many events and pages nobody
 * can say what became of them: the last request for them had no answer at all.
 */
export type Known = {
  sent: Set<string>;
  acknowledged: Set<string>;
  pages: Set<string>;
  refused: number;
  failures: string[];
  unanswered: number;
};
export type Load = { known: Known; stop: () => Promise<Known> };
/** `patienceMs` is how long a client waits for an answer. */
export type LoadOptions = { senders?: number; readers?: number; pauseMs?: number; retry?: boolean; patienceMs?: number };

/**
 * Steady clients: some send events to /api/collect and, unless `retry` is false, send the same again until it is acknowledged, to the next
 * server; others open pages, each as a visitor of its own: of addresses only so many are kept apart.
 */
export function startLoad(targets: () => string[], options: LoadOptions = {}): Load {
  const { senders = 4, readers = 2, pauseMs = 30, retry = true, patienceMs = PATIENCE_MS } = options;
  const known: Known = { sent: new Set(), acknowledged: new Set(), pages: new Set(), refused: 0, failures: [], unanswered: 0 };
  let stopping = false;
  let sendsUntil = Number.POSITIVE_INFINITY;
  let turn = 0;
  const target = () => targets()[turn++ % targets().length] as string;

  async function send(visitor: string): Promise<void> {
    const ids = Array.from({ length: EVENTS_A_POST }, () => randomUUID());
    for (const id of ids) known.sent.add(id);
    const body = JSON.stringify(ids.map((id) => ({ id, kind: "view", path: "/house-price" })));
    let status: number | null;
    do {
      status = await request(202, `${target()}/api/collect`, { method: "POST", body, headers: headersOf(visitor) });
      if (status === 202) for (const id of ids) known.acknowledged.add(id);
      if (status === 202) return;
      if (!retry) break;
      await delay(100);
    } while (performance.now() < sendsUntil);
    if (status === null) known.unanswered += ids.length;
  }

  async function read(visitor: string): Promise<void> {
    const status = await request(404, `${target()}/chaos`, { headers: { ...headersOf(visitor), accept: "text/html" } });
    if (status === 404) known.pages.add(visitor);
    if (status === null) known.unanswered += 1;
  }

  /** The status of an answer that came to its end; null when it did not. */
  async function request(wanted: number, url: string, init: RequestInit): Promise<number | null> {
    let begun = false;
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
      begun = true;
      await response.arrayBuffer();
      if (response.status !== wanted) known.failures.push(`${init.method ?? "GET"} ${response.status}`);
      return response.status;
    } catch (error) {
      if (!begun && (error as Error).name !== "TimeoutError") known.refused += 1;
      else known.failures.push(`${init.method ?? "GET"} ${begun ? "cut off" : "no answer"}`);
      return null;
    }
  }

  const loop = async (act: (visitor: string) => Promise<void>) => {
    while (!stopping) {
      await act(makeVisitorId());
      await delay(pauseMs);
    }
  };
  const loops = [...Array.from({ length: senders }, () => loop(send)), ...Array.from({ length: readers }, () => loop(read))];
  return {
    known,
    stop: async () => {
      stopping = true;
      sendsUntil = Math.min(sendsUntil, performance.now() + AFTERWARDS_MS);
      await Promise.all(loops);
      return known;
    },
  };
}

const headersOf = (visitor: string) => ({ "user-agent": BROWSER, cookie: `${VISITOR_COOKIE}=${visitor}` });
