import { AppError } from "../../app-error";
import { count } from "../counters";
import { OWN_SITE } from "../site-cache";
import { captureState } from "../state";
import { limitBytes } from "./byte-limiter";
import { MAX_BYTES, MAX_EVENTS, parseCollected, type RefusedEvent } from "./collect-input";
import { type Identified, identifySender } from "./identify-sender";
import { makeEvent, makeVital } from "./make-event";
import { readBody } from "./read-body";
import { storeCollected } from "./store-collected";

const BYTES_A_MINUTE = 500 * 1024;
const takeBytes = limitBytes(BYTES_A_MINUTE);

/** What became of a body: how many events are stored now, and which were not taken, by their position in the array. */
export type Collected = { accepted: number; refused: RefusedEvent[] };

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
  if (!("sender" in identified)) {
    const reason = setApart(identified, events, now);
    return { accepted: 0, refused: inOrder([...refused, ...events.map(({ position }) => ({ position, reason }))]) };
  }
  const made = events.map(({ event }) => makeEvent(event, identified.sender, now));
  const vitals = events.map(({ event }) => makeVital(event, now)).filter((vital) => vital !== null);
  await storeCollected(OWN_SITE, made, vitals);
  return { accepted: made.length, refused };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid", "The body is no JSON. Send one event, or an array of them.", { cause: error });
  }
}

function spend(identified: Identified, bytes: number, now: Date): void {
  const key =
    "sender" in identified ? identified.sender.visitor : "excluded" in identified ? `apart:${identified.excluded.address}` : "ignored";
  const waitSeconds = takeBytes(key, bytes, now.getTime());
  if (waitSeconds === null) return;
  throw new AppError("too-many", `That is more than ${BYTES_A_MINUTE / 1024} kB in a minute. Try again in ${waitSeconds} s.`);
}

/** Notes what does not count, and returns the reason. */
function setApart(identified: Exclude<Identified, { sender: unknown }>, events: { event: { path: string } }[], at: Date): string {
  if ("ignored" in identified) {
    count("ignored:privacy-signal", events.length);
    return "the visitor asks not to be counted";
  }
  const first = events[0];
  if (first) {
    const row = { at, path: first.event.path.slice(0, 1_000), method: "POST", status: null, ...identified.excluded };
    captureState().recorder?.recordExcluded(OWN_SITE, row);
  }
  return `the client is not a visitor: ${identified.excluded.reason}`;
}

const inOrder = (refused: RefusedEvent[]) => refused.sort((a, b) => a.position - b.position);
