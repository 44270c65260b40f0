import type { Clock } from "@/lib/live/clock";

/** A clock that only moves when told to, and lets what it set off finish. */
export function handClock(start: string) {
  let now = Date.parse(start);
  const timers = new Set<{ at: number; call: () => void }>();
  const clock: Clock = {
    now: () => now,
    after(ms, call) {
      const timer = { at: now + ms, call };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return {
    clock,
    settle,
    pending: () => timers.size,
    /** Moves the clock, stopping at every timer on the way. */
    async advance(ms: number) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.call();
        await settle();
      }
      now = end;
    },
  };
}
