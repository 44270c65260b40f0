"use client";

import { useDeferredValue } from "react";
import { METRICS } from "@/lib/metrics/catalogue";
import type { DashboardQuery } from "../_query/dashboard-href";
import { ChartGrid } from "./chart-grid";
import { ConnectionState } from "./connection-state";
import { EventFeed } from "./event-feed";
import classes from "./live-board.module.css";
import { MetricTile } from "./metric-tile";
import { PeriodBar } from "./period-bar";
import { useLiveSnapshot } from "./use-live-snapshot";
import { useNow } from "./use-now";

const EPOCH = new Date(0).toISOString();

/** The live page: every metric of the chosen period, its charts, and what visitors do at this moment. */
export function LiveBoard({ query }: { query: DashboardQuery }) {
  const { snapshot, feed, connection } = useLiveSnapshot(query);
  // Numbers first: drawing a dozen charts must not hold them up.
  const drawn = useDeferredValue(snapshot);
  const now = useNow(snapshot?.asOf ?? EPOCH);
  if (!snapshot) return <p>The numbers are on their way.</p>;
  return (
    <>
      <div className={classes.top}>
        <PeriodBar path="/dashboard" query={query} date={snapshot.date} timezone={snapshot.timezone} exports />
        <ConnectionState connection={connection} asOf={snapshot.asOf} timezone={snapshot.timezone} />
      </div>
      <div className={classes.board}>
        <section aria-label="Metrics" className={classes.tiles}>
          {METRICS.map((metric) => (
            <MetricTile key={metric.id} metric={metric} snapshot={snapshot} query={query} now={now} />
          ))}
        </section>
        <EventFeed events={feed ?? []} timezone={snapshot.timezone} />
        <ChartGrid snapshot={drawn ?? snapshot} query={query} />
      </div>
    </>
  );
}
