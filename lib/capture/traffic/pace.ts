import { keepLatest } from "../keep-latest";

const WINDOW_MS = 10_000;
/** As long as a session may pause: docs/metrics.md. */
const QUIET_MS = 30 * 60_000;
const MAX_KEYS = 20_000;
/** Pages after which a browser would have told of itself, had it run the page's script. */
const SILENT_PAGES = 5;

/** How much faster than one visitor all who share an address and a browser may be: an office, a campus, a carrier. */
const SHARED = 3;
/** How much slower a client must be of whom two other things speak for a machine. */
const SUSPECT = 1 / 4;
const TELLS_WANTED = 2;

/** Who is followed, and what else speaks for a machine. */
export type Follower = {
  /** A visitor, or an address with a user agent. */
  key: string;
  /** Several people may be behind the key. */
  shared: boolean;
  /** What in this request speaks for a machine; empty where that may not be judged. */
  tells: readonly string[];
};

/** One request for a page, as far as its pace is concerned. */
export type Step = Follower & {
  /** Whether it is told against a client that it never ran the page's script. */
  expectsScript: boolean;
};

/** Why a key's requests are a machine's. */
type Verdict = {
  reason: string;
  /** When it was last too fast. */
  exceededAt: number;
};

type Track = {
  /** When the window of the two counts began. */
  since: number;
  pages: number;
  /** Those of the pages that had two tells of their own. */
  suspectPages: number;
  pagesInAll: number;
  ranScript: boolean;
  last: number;
  /** Faster than anybody may be. */
  tooFast: Verdict | null;
  /** Too fast for who has two tells. */
  suspect: Verdict | null;
};

/** A clock that was set back must not hold a window, or a verdict, open for a year. */
const isRecent = (then: number, now: number): boolean => Math.abs(now - then) < QUIET_MS;

/**
 * A visitor stays a machine for as long as its track is recent. Among those who share a key the machine's rate must not condemn the others
 * for good: there a verdict ends half an hour after the rate was last exceeded, and one by tells holds only for a request that has two itself.
 */
function holds(track: Track, { shared, tells }: Follower, now: number): string | null {
  const lasts = (verdict: Verdict | null) => (verdict && (!shared || isRecent(verdict.exceededAt, now)) ? verdict.reason : null);
  return lasts(track.tooFast) ?? (shared && tells.length < TELLS_WANTED ? null : lasts(track.suspect));
}

/** Follows how fast clients ask for pages. Bounded: of more than 20,000 at once those that are quiet for longest are forgotten. */
export function createPace() {
  const tracks = new Map<string, Track>();

  function follow(key: string, now: number): Track {
    const known = tracks.get(key);
    const ranScript = known?.ranScript ?? false;
    const track =
      known && isRecent(known.last, now)
        ? known
        : { since: now, pages: 0, suspectPages: 0, pagesInAll: 0, ranScript, last: now, tooFast: null, suspect: null };
    keepLatest(tracks, key, track, MAX_KEYS);
    track.last = now;
    if (Math.abs(now - track.since) >= WINDOW_MS) Object.assign(track, { since: now, pages: 0, suspectPages: 0 });
    return track;
  }

  return {
    /** Counts one request for a page. Returns why its sender is a machine, or null; for how long: `holds`. */
    step({ expectsScript, ...follower }: Step, limit: number, now: number): string | null {
      const { key, shared, tells } = follower;
      const track = follow(key, now);
      track.pages += 1;
      track.pagesInAll += 1;
      const silent = expectsScript && !track.ranScript && track.pagesInAll >= SILENT_PAGES;
      const against = silent ? [...tells, "never ran a script"] : tells;
      const isSuspect = against.length >= TELLS_WANTED;
      if (isSuspect) track.suspectPages += 1;
      const fastest = limit * (shared ? SHARED : 1);
      if (track.pages > fastest) track.tooFast = { reason: `impossible rate: over ${fastest} pages in 10 s`, exceededAt: now };
      const fastestSuspect = Math.ceil(limit * SUSPECT);
      if (isSuspect && (shared ? track.suspectPages : track.pages) > fastestSuspect)
        track.suspect = { reason: `${against.join(", ")}: and over ${fastestSuspect} pages in 10 s`, exceededAt: now };
      return holds(track, follower, now);
    },
    /** Why a request's sender is known as a machine, without counting anything; null for everybody else. */
    verdictOf(follower: Follower, now: number): string | null {
      const track = tracks.get(follower.key);
      return track && isRecent(track.last, now) ? holds(track, follower, now) : null;
    },
    /** Notes that a visitor's page ran its script. */
    noteScript(key: string): void {
      const track = tracks.get(key);
      if (track) track.ranScript = true;
    },
    size: () => tracks.size,
  };
}

export type Pace = ReturnType<typeof createPace>;
