"use client";

import Link from "next/link";
import type { METRICS } from "@/lib/metrics/catalogue";
import { compareValues } from "@/lib/metrics/compare";
import { formatValue } from "@/lib/metrics/format-value";
import { metricNumber } from "@/lib/metrics/metric-number";
import { isRunning, untilNow } from "@/lib/metrics/running";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { previousLabel } from "@/lib/metrics/time-labels";
import { type DashboardQuery, dashboardHref } from "../_query/dashboard-href";
import { ChangingValue } from "./changing-value";
import { Definition } from "./definition";
import classes from "./metric-tile.module.css";
import { ShareBar } from "./share-bar";
import { Sparkline } from "./sparkline";

type Metric = (typeof METRICS)[number];

interface Props {
  metric: Metric;
  snapshot: Snapshot;
  query: DashboardQuery;
  /** The present instant, UTC milliseconds: what is still to come is not drawn, and no period is judged before its end. */
  now: number;
}

/** One metric: its value (a link to the rows behind it), the change against the period before, its curve, and what it means. */
export function MetricTile({ metric, snapshot, query, now }: Props) {
  const { metrics, previous, series, period, date } = snapshot;
  const value = metricNumber(metrics, metric.id);
  const before = metricNumber(previous.metrics, metric.id);
  const change = compareValues(metric, value, before, isRunning(snapshot, now));
  const text = formatValue(metric.format, value);
  const shares = sharesOf(metric, snapshot);
  return (
    <article className={classes.tile} aria-labelledby={`tile-${metric.id}`} data-metric={metric.id}>
      <div className={classes.head}>
        <h2 id={`tile-${metric.id}`} className={classes.label}>
          {metric.label}
        </h2>
        <Definition metric={metric} empty={value === null} />
      </div>
      <Link
        href={dashboardHref("/dashboard/rows", { ...query, date }, { metric: metric.id })}
        prefetch={false}
        className={classes.value}
        aria-label={`${metric.label}: ${value === null ? "nothing to divide by yet" : text}. Show the rows behind it`}
      >
        <ChangingValue text={text} />
      </Link>
      <p className={classes.change}>
        <span className={classes[change.tone]}>{change.text}</span>
        <span className={classes.before} title={`${previousLabel(period, date)}: ${formatValue(metric.format, before)}`}>
          {" "}
          vs {formatValue(metric.format, before)}
        </span>
      </p>
      {shares ? (
        <ShareBar shares={shares} />
      ) : (
        <Sparkline values={untilNow(series, now).map((point) => point && metricNumber(point, metric.id))} />
      )}
    </article>
  );
}

const GENDERS = [
  ["m", "men"],
  ["f", "women"],
  ["unknown", "unknown"],
] as const;

/** Metrics that are parts of a whole show their parts in place of a curve. */
function sharesOf(metric: Metric, { metrics }: Snapshot): { name: string; value: number }[] | null {
  if (metric.id === "genderRatio") return GENDERS.map(([id, name]) => ({ name, value: metrics.genderRatio[id] }));
  if (metric.id === "pageViews") return metrics.pageViews.map(({ route, views }) => ({ name: route, value: views }));
  return null;
}
