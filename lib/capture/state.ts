import type { PageVital } from "../store/page-vitals";
import type { Site } from "../store/read-site";
import type { BufferStatus } from "./buffer-types";
import type { Refused } from "./commit-events";
import type { Salts } from "./cookieless";
import type { CounterName, Example } from "./counters";
import type { EventKind, EventUser, NewEvent } from "./event";
import type { ExcludedRequest } from "./reasons";
import type { Remembered } from "./remembered";
import { createPace, type Pace } from "./traffic/pace";
import type { TrafficRules } from "./traffic/traffic-rules";

/** The request header that ties what the server's own hooks see to what middleware and server actions see. */
export const REQUEST_ID_HEADER = "x-footfall-request";

/** What a server action or a route says about the request it runs in. */
export type OutcomeUpdate = {
  outcome?: "success" | "error";
  kind?: Exclude<EventKind, "view" | "ping">;
  /** Of a login or a registration: who it was about. */
  user?: EventUser;
};

/** A request on its way: begun → (remembered by middleware) → (marked by an action) → finished or closed, and then forgotten. */
export type RunningRequest = {
  id: string;
  startedAt: Date;
  /** Monotonic, in milliseconds: durations survive a clock that jumps. */
  startedAtMs: number;
  /** The other end of the connection, which nobody can forge. */
  peerAddress: string | null;
  remembered: Remembered | null;
  /** A server action runs or has run: its body could be read. */
  actionBegan?: true;
  /** The page found nothing to show under its address. */
  nothingHere?: true;
  mark: OutcomeUpdate;
};

/** Where finished events go. Set by the buffer of this process; absent where no server of our own runs. */
export type Recorder = {
  record(site: string, event: NewEvent): void;
  recordExcluded(site: string, excluded: ExcludedRequest): void;
  /** Resolves once the events are committed, with those that were refused; rejects with an AppError `unavailable` when that takes too long. */
  recordAndWait(site: string, events: NewEvent[]): Promise<Refused>;
  recordVitals(site: string, vitals: PageVital[]): void;
  status(): BufferStatus;
  /** Resolves when all that is recorded so far is committed or spooled. */
  flush(): Promise<void>;
};

/** A site as last read, with its owner's rules made ready. `decided` is what they were made of. */
export type KnownSite = Site & { rules: TrafficRules; decided: string; readAtMs: number };

export type CaptureState = {
  running: Map<string, RunningRequest>;
  recorder: Recorder | null;
  counters: Map<CounterName, number>;
  /** Of each counter the latest request that has not been stored yet, made ready to show when it is. */
  examples: Map<CounterName, () => Example>;
  sites: Map<string, KnownSite>;
  salts: Salts;
  pace: Pace;
};

const slot = Symbol.for("footfall.capture");
type Holder = { [slot]?: CaptureState };

/** The process's one capture state. Next loads middleware, routes and instrumentation as separate module graphs; they meet here. */
export function captureState(): CaptureState {
  const holder = globalThis as Holder;
  holder[slot] ??= {
    running: new Map(),
    recorder: null,
    counters: new Map(),
    examples: new Map(),
    sites: new Map(),
    salts: new Map(),
    pace: createPace(),
  };
  return holder[slot];
}
