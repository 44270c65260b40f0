"use client";

import { useEffect, useRef } from "react";
import { formatMilliseconds } from "@/lib/metrics/format-value";
import { exactTime } from "@/lib/metrics/time-labels";
import type { FeedEvent } from "@/lib/store/read-events";
import classes from "./event-feed.module.css";
import { KIND_WORDS } from "./kind-words";

/** What visitors did last, newest on top. */
export function EventFeed({ events, timezone }: { events: readonly FeedEvent[]; timezone: string }) {
  const seen = useRef<Set<string> | null>(null);
  useEffect(() => {
    seen.current = new Set(events.map(({ id }) => id));
  }, [events]);
  return (
    <section aria-labelledby="feed-title" className={classes.feed}>
      <h2 id="feed-title" className={classes.title}>
        Latest events
      </h2>
      {events.length === 0 ? (
        <p className={classes.empty}>Nothing yet. Open a page of the site, and it is here a moment later.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <ol className={classes.list} tabIndex={0} aria-label="Latest events, newest first">
          {events.map((event) => (
            <li key={event.id} className={classes.event} data-new={seen.current !== null && !seen.current.has(event.id) ? true : undefined}>
              <span className={classes.kind} data-kind={event.kind} data-outcome={event.outcome}>
                {KIND_WORDS[event.kind]}
                {event.outcome === "error" && " refused"}
              </span>
              <time className={classes.time} dateTime={event.at}>
                {exactTime(timezone, event.at)}
              </time>
              <span className={classes.path} title={`${event.method} ${event.path}`}>
                {event.method !== "GET" && <b>{event.method} </b>}
                {event.path}
              </span>
              <span className={classes.facts}>
                {[event.status, event.durationMs !== null && formatMilliseconds(event.durationMs)].filter(Boolean).join(" · ")}
              </span>
              <span className={classes.person}>{[event.person, event.browser, event.country].filter(Boolean).join(" · ")}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
