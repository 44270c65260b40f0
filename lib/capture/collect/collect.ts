import { AppError } from "../../app-error";
import { env } from "../../env";
import { count } from "../counters";
import { networkOf } from "../network-of";
import { OWN_SITE } from "../site-cache";
import { captureState } from "../state";
import { limitBytes } from "./byte-limiter";
import { type CollectedEvent, MAX_BYTES, MAX_EVENTS, parseCollected, type RefusedEvent } from "./collect-input";
import { type Identified, identifySender, type Verdict } from "./identify-sender";
import { makeEvent, makeVital, type Sender, splitPath } from "./make-event";
import { readBody } from "./read-body";
import { storeCollected } from "./store-collected";

const BYTES_A_MINUTE = 500 * 1024;
const takeOfVisitor = limitBytes(BYTES_A_MINUTE);
let takeOfAddress: ReturnType<typeof limitBytes> | undefined;

/** What became of a body: how many events are stored now, which were not taken, by their position in the array, and how many could be read. */
export type Collected = { accepted: number; refused: RefusedEvent[]; readable: number };

type Read = { position: number; event: CollectedEvent };

/**
 * Takes events from a browser or a server, and resolves when they are committed. Throws AppError: `invalid` (no JSON, too many events),
 * `too-large`, `too-many`, `unavailable`.
 */
export async function collect(request: Request, now = new Date()): Promise<Collected> {
  const { text, bytes } = await readBody(request, MAX_BYTES);
  const body = parseJson(text);
  if (Array.isArray(body) && body.length > MAX_EVENTS) {
    throw new AppError("invalid", `Send at most ${MAX_EVENTS} events at a time; these are ${body.length}.`);
  }
  const { events, refused } = parseCollected(body);
  const identified = await identifySender(request, now);
  spend(identified, bytes, now);
  if ("ignored" in identified) {
    count("ignored:privacy-signal", events.length);
    return {
      accepted: 0,
      refused: inOrder([...refused, ...events.map(refuse("the visitor asks not to be counted"))]),
      readable: events.length,
    };
  }
  const { counted, apart } = sort(identified, events);
  const unstorable = "sender" in identified ? await store(counted, identified.sender, now) : [];
  for (const { event, verdict } of apart) recordApart(event, verdict, now);
  const left = apart.map(({ position, told }) => ({ position, reason: told }));
  return {
    accepted: counted.length - unstorable.length,
    refused: inOrder([...refused, ...left, ...unstorable]),
    readable: events.length,
  };
}

/** Resolves when the events are committed; what the store does not take is told by its position, and the others stand. */
async function store(events: Read[], sender: Sender, now: Date): Promise<RefusedEvent[]> {
  const made = events.map(({ position, event }) => ({
    position,
    event: makeEvent(event, sender, now),
    vital: makeVital(event, sender, now),
  }));
  const refused = await storeCollected(OWN_SITE, made);
  return made.flatMap(({ position, event }) => {
    const reason = refused.get(event.id);
    return reason === undefined ? [] : [{ position, reason }];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid", "The body is no JSON. Send one event, or an array of them.", { cause: error });
  }
}

/**
 * A visitor's budget, and one for all visitors of an address: who they are is a cookie, and anybody can send another one with each call. That of the
 * address is the later one, so that a visitor who is refused costs the others there nothing.
 */
function spend(identified: Identified, bytes: number, now: Date): void {
  const visitor =
    "ignored" in identified ? "ignored" : "sender" in identified ? identified.sender.visitor : `apart:${identified.excluded.address}`;
  refuseUntil(takeOfVisitor(visitor, bytes, now.getTime()), `${BYTES_A_MINUTE / 1024} kB in a minute`);
  const { FOOTFALL_COLLECT_MB: megabytes } = env();
  if (megabytes === 0) return;
  takeOfAddress ??= limitBytes(megabytes * 1024 * 1024);
  refuseUntil(takeOfAddress(networkOf(identified.from), bytes, now.getTime()), `${megabytes} MB in a minute from your address`);
}

function refuseUntil(waitSeconds: number | null, allowance: string): void {
  if (waitSeconds === null) return;
  throw new AppError("too-many", `That is more than ${allowance}. Try again in ${waitSeconds} s.`, { retryAfterS: waitSeconds });
}

type Apart = Read & { verdict: Verdict; told: string };

/** Parts what counts from what does not. A sender hears of the owner's rules only that there is one. */
function sort(identified: Exclude<Identified, { ignored: unknown }>, events: Read[]): { counted: Read[]; apart: Apart[] } {
  if ("excluded" in identified) {
    const verdict = identified.excluded;
    const told = `the client is not a visitor: ${verdict.reason}`;
    return { counted: [], apart: events.map((read) => ({ ...read, verdict, told })) };
  }
  const counted: Read[] = [];
  const apart: Apart[] = [];
  for (const read of events) {
    const verdict = identified.judgePath(read.event.path.split(/[?#]/, 1)[0] ?? "/");
    if (!verdict) counted.push(read);
    else apart.push({ ...read, verdict: { ...verdict, ...identified.seen }, told: "the site's owner does not count this" });
  }
  return { counted, apart };
}

/** Heartbeats are only counted: a page that stays open is one request to show, not hundreds. */
function recordApart({ kind, path, method }: CollectedEvent, verdict: Verdict, at: Date): void {
  if (kind === "ping") return;
  const row = { at, path: splitPath(path).path, method: kind === "action" ? (method ?? "POST") : "GET", status: null, ...verdict };
  captureState().recorder?.recordExcluded(OWN_SITE, row);
}

const refuse =
  (reason: string) =>
  ({ position }: Read): RefusedEvent => ({ position, reason });

const inOrder = (refused: RefusedEvent[]) => refused.sort((a, b) => a.position - b.position);
