"use client";

import { useEffect, useState } from "react";
import { countdownText } from "@/lib/demo/launches/countdown-text";

/** The time left until an instant (ISO, UTC). Rendered once on the server, then it ticks; without script it stays as it was then. */
export function Countdown({ at, now, className }: { at: string; now: number; className?: string | undefined }) {
  const [current, setCurrent] = useState(now);
  useEffect(() => {
    setCurrent(Date.now());
    const timer = setInterval(() => setCurrent(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} className={className} suppressHydrationWarning>
      {countdownText(Date.parse(at) - current)}
    </time>
  );
}
