import Link from "next/link";
import type { MetricId } from "@/lib/metrics/catalogue";
import { formatCount } from "@/lib/metrics/format-value";
import type { Narrowing } from "@/lib/metrics/rows-behind";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { type DashboardQuery, dashboardHref } from "../../_query/dashboard-href";
import classes from "./rows.module.css";

const GENDERS = [
  { key: "m", label: "Men" },
  { key: "f", label: "Women" },
  { key: "unknown", label: "Unknown" },
] as const;
const ROUTES_OFFERED = 20;

/** Links that narrow the rows to one part of the number: a route's views, a gender's people. */
export function Narrow({
  metric,
  snapshot,
  query,
  narrow,
}: {
  metric: MetricId;
  snapshot: Snapshot;
  query: DashboardQuery;
  narrow: Narrowing;
}) {
  const { genderRatio, pageViews } = snapshot.metrics;
  const parts =
    metric === "pageViews"
      ? pageViews.slice(0, ROUTES_OFFERED).map(({ route, views }) => ({ name: "route", key: route, label: route, count: views }))
      : metric === "genderRatio" || metric === "users"
        ? GENDERS.map(({ key, label }) => ({ name: "gender", key, label, count: genderRatio[key] }))
        : [];
  if (parts.length === 0) return null;
  const chosen = narrow.route ?? narrow.gender;
  return (
    <nav aria-label="Narrow to" className={classes.chips}>
      <Link
        href={dashboardHref("/dashboard/rows", query, { metric })}
        prefetch={false}
        aria-current={chosen === undefined ? "true" : undefined}
      >
        All
      </Link>
      {parts.map(({ name, key, label, count }) => (
        <Link
          key={key}
          href={dashboardHref("/dashboard/rows", query, { metric, [name]: key })}
          prefetch={false}
          aria-current={chosen === key ? "true" : undefined}
        >
          {label} <b>{formatCount(count)}</b>
        </Link>
      ))}
    </nav>
  );
}
