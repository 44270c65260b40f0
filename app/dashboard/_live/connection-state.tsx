"use client";

import { useEffect, useState } from "react";
import { ago, exactTime } from "@/lib/metrics/time-labels";
import classes from "./connection-state.module.css";
import type { Connection } from "./use-live-snapshot";

const WORDS: Record<Connection, { label: string; explanation: string }> = {
  connecting: { label: "Connecting", explanation: "The live stream is being opened." },
  live: { label: "Live", explanation: "Every change arrives by itself, the moment it is committed." },
  polling: { label: "Polling", explanation: "The live stream is blocked or interrupted, so the numbers are asked for every five seconds." },
  paused: {
    label: "Paused",
    explanation: "This tab is in the background. It is live again, with the present numbers, as soon as it is shown.",
  },
  trouble: { label: "Database away", explanation: "The server cannot read its database. These are the last known numbers." },
  offline: { label: "Offline", explanation: "The server does not answer. These are the last known numbers." },
};

/** Whether the numbers are live, and how old they are. */
export function ConnectionState({ connection, asOf, timezone }: { connection: Connection; asOf: string; timezone: string }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  const { label, explanation } = WORDS[connection];
  return (
    <p className={classes.state} data-connection={connection} title={explanation}>
      <span role="status" className={classes.label}>
        <span className={classes.dot} aria-hidden="true" />
        {label}
      </span>
      <span className={classes.age}>
        updated <time dateTime={asOf}>{now === null ? exactTime(timezone, asOf) : ago(now - Date.parse(asOf))}</time>
      </span>
    </p>
  );
}
