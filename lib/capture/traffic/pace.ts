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

/** One request for a page, as far as its pace is concerned. */
export type Step = {
  /** Who is followed: a visitor, or an address with a user agent. */
  key: string;
  /** Several people may be behind the key. */
  shared: boolean;
  /** What else speaks for a machine; empty where that may not be judged. */
  tells: readonly string[];
  /** Whether it is told against a client that it never ran the page's script. */
  expectsScript: boolean;
};

type Track = { since: number; pages: number; pagesInAll: number; ranScript: boolean; last: number; verdict: string | null };

/** A clock that was set back must not hold a window, or a verdict, open for a year. */
const isRecent = (track: Track, now: number): boolean => Math.abs(now - track.last) < QUIET_MS;

/** Follows how fast clients ask for pages. Bounded: of more than 20,000 at once those that are quiet for longest are forgotten. */
export function createPace() {
  const tracks = new Map<string, Track>();

  function follow(key: string, now: number): Track {
    const known = tracks.get(key);
    const track =
      known && isRecent(known, now)
        ? known
        : { since: now, pages: 0, pagesInAll: 0, ranScript: known?.ranScript ?? false, last: now, verdict: null };
    keepLatest(tracks, key, track, MAX_KEYS);
    track.last = now;
    if (Math.abs(now - track.since) >= WINDOW_MS) Object.assign(track, { since: now, pages: 0 });
    return track;
  }

  return {
    /** Counts one request for a page. Returns why its sender is a machine, which it stays until it is quiet for half an hour, or null. */
    step({ key, shared, tells, expectsScript }: Step, limit: number, now: number): string | null {
      const track = follow(key, now);
      track.pages += 1;
      track.pagesInAll += 1;
      const silent = expectsScript && !track.ranScript && track.pagesInAll >= SILENT_PAGES;
      const against = silent ? [...tells, "never ran a script"] : tells;
      const fastest = limit * (shared ? SHARED : 1);
      if (track.pages > fastest) track.verdict ??= `impossible rate: over ${fastest} pages in 10 s`;
      const suspect = Math.ceil(limit * SUSPECT);
      if (against.length >= TELLS_WANTED && track.pages > suspect)
        track.verdict ??= `${against.join(", ")}: and over ${suspect} pages in 10 s`;
      return track.verdict;
    },
    /** Why a visitor is known as a machine, without counting anything; null for everybody else. */
    verdictOf(key: string, now: number): string | null {
      const track = tracks.get(key);
      return track && isRecent(track, now) ? track.verdict : null;
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
