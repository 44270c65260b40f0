import type { Clock } from "./clock";

/** At most one computation in this time. */
export const PACE_MS = 250;
const RETRY_FROM_MS = 500;
const RETRY_TO_MS = 15_000;
/** A timer is looked at again after this, since clocks jump and laptops sleep. */
const LONGEST_WAIT_MS = 60_000;

/** What a topic computes. `turnsAt`: the instant (UTC ms) at which the answer changes by itself, as a day does at midnight. */
export interface Answer {
  data: unknown;
  turnsAt?: number;
}

export interface Topic {
  /** The newest message, or undefined before the first. */
  readonly latest: Uint8Array | undefined;
  /** Something may have changed: compute now, or as soon as the pace allows. */
  wake(): void;
  close(): void;
}

/**
 * One question that is answered for all its viewers at once.
 * idle → computing → idle; a wake while computing, or too soon after, is kept (`stale`) and answered once.
 */
export function openTopic(options: {
  clock: Clock;
  compute: () => Promise<Answer>;
  encode: (data: unknown) => Uint8Array;
  publish: (message: Uint8Array) => void;
  onError: (error: unknown) => void;
}): Topic {
  const { clock } = options;
  let latest: Uint8Array | undefined;
  let stale = false;
  let computing = false;
  let closed = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let cancelNext: (() => void) | undefined;
  let cancelTurn: (() => void) | undefined;

  const schedule = (ms: number) => {
    cancelNext ??= clock.after(ms, () => {
      cancelNext = undefined;
      void run();
    });
  };

  const watchTurn = (turnsAt: number) => {
    cancelTurn?.();
    cancelTurn = clock.after(Math.min(Math.max(turnsAt - clock.now(), 0), LONGEST_WAIT_MS), () => {
      cancelTurn = undefined;
      if (clock.now() >= turnsAt) wake();
      else watchTurn(turnsAt);
    });
  };

  async function run(): Promise<void> {
    if (closed || computing) return;
    computing = true;
    stale = false;
    startedAt = clock.now();
    try {
      const { data, turnsAt } = await options.compute();
      failures = 0;
      if (closed) return;
      latest = options.encode(data);
      options.publish(latest);
      if (turnsAt !== undefined) watchTurn(turnsAt);
    } catch (error) {
      if (closed) return;
      options.onError(error);
      cancelNext?.();
      cancelNext = undefined;
      schedule(Math.min(RETRY_FROM_MS * 2 ** failures++, RETRY_TO_MS));
    } finally {
      computing = false;
      if (stale) wake();
    }
  }

  function wake(): void {
    stale = true;
    if (closed || computing || cancelNext) return;
    // A clock that was set back must not hold the next answer up.
    const since = Math.max(clock.now() - startedAt, 0);
    if (since >= PACE_MS) void run();
    else schedule(PACE_MS - since);
  }

  return {
    get latest() {
      return latest;
    },
    wake,
    close() {
      closed = true;
      cancelNext?.();
      cancelTurn?.();
    },
  };
}
