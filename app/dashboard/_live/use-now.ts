"use client";

import { useEffect, useState } from "react";

const TICK_MS = 30_000;

/**
 * The present instant, UTC milliseconds, to within half a minute. At first that of the snapshot, so that server and browser draw the same;
 * never earlier than it, whatever this machine's clock says.
 */
export function useNow(asOf: string): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(Date.parse(asOf), now);
}
