import type { Metadata } from "next";
import { db } from "@/lib/db/client";
import { formatCount, formatValue, NOTHING } from "@/lib/metrics/format-value";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { bucketLabel, dateLabel } from "@/lib/metrics/time-labels";
import { readAllTime } from "@/lib/store/read-all-time";

import { readSnapshot } from "@/lib/store/read-snapshot";
import { openDashboard } from "../_access/open-dashboard";
import { openSite } from "../_access/open-site";
import { Figures } from "../_components/figures";
import { PageHead } from "../_components/page-head";
import { ChartCard } from "../_live/chart-card";
import grid from "../_live/chart-grid.module.css";
import { type ChartData, genderPoints, routePoints } from "../_live/charts-of";
import { dashboardHref } from "../_query/dashboard-href";
import { readSearch, type Search } from "../_query/read-search";
import classes from "./numbers.module.css";

export const metadata: Metadata = { title: "Numbers" };

const REQUESTS = { metric: "actions", type: "bar", label: "Requests", unit: "interactions", format: "count" } as const;

const actionsBy = ({ series, period, timezone }: Snapshot): ChartData["points"] =>
  series.map(({ at, actions }) => ({ label: bucketLabel(period, timezone, at), value: actions }));

/** The mean over the buckets that have begun. */
function meanSoFar({ series, metrics }: Snapshot, now: Date): number | null {
  const begun = series.filter(({ at }) => Date.parse(at) <= now.getTime()).length;
  return begun === 0 ? null : metrics.actions / begun;
}

/** The plain numbers: requests a day and an hour, and who and what since the beginning. */
export default async function NumbersPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { site: slug } = readSearch(await searchParams).query;
  const query = { site: slug, lens: "all" } as const;
  await openDashboard(dashboardHref("/dashboard/numbers", { ...query, period: "day" }));
  const now = new Date();
  const site = await openSite(slug);
  const [week, day, allTime] = await Promise.all([
    readSnapshot(db(), { ...query, period: "week" }, now),
    readSnapshot(db(), { ...query, period: "day" }, now),
    readAllTime(db(), site.id),
  ]);
  const views = allTime.pageViews.reduce((sum, route) => sum + route.views, 0);
  const people = allTime.genderRatio.m + allTime.genderRatio.f + allTime.genderRatio.unknown;
  const figures = [
    { label: "Requests a day, last 7 days", value: formatValue("decimal", meanSoFar(week, now)) },
    { label: "Requests an hour, today", value: formatValue("decimal", meanSoFar(day, now)) },
    { label: "Requests, all time", value: formatCount(allTime.actions) },
    { label: "People, all time", value: formatCount(people) },
    { label: "Page views, all time", value: formatCount(views) },
    { label: "First event", value: allTime.since ? dateLabel(allTime.since) : NOTHING },
  ];
  const routes = routePoints(allTime.pageViews);
  const charts: { chart: ChartData; caption: string }[] = [
    {
      chart: { ...REQUESTS, title: "Requests a day, last 7 days", column: "Day", points: actionsBy(week) },
      caption: `up to ${dateLabel(week.date)}`,
    },
    { chart: { ...REQUESTS, title: "Requests an hour, today", column: "Hour", points: actionsBy(day) }, caption: dateLabel(day.date) },
    {
      chart: {
        metric: "genderRatio",
        type: "doughnut",
        title: "People by gender, all time",
        label: "People",
        unit: "people",
        format: "count",
        column: "Gender",
        points: genderPoints(allTime.genderRatio),
      },
      caption: "all time",
    },
    {
      chart: {
        metric: "pageViews",
        type: "doughnut",
        title: "Page views by route, all time",
        label: "Page views",
        unit: "views",
        format: "count",
        column: "Route",
        points: routes,
      },
      caption: "all time",
    },
  ];
  return (
    <>
      <PageHead
        title="Numbers"
        lead="A request is an interaction: a page opened or a form sent. Heartbeats and machines are not counted."
      />
      <Figures figures={figures} />
      <section aria-label="Charts" className={`${grid.grid} ${classes.pairs}`}>
        {charts.map(({ chart, caption }) => (
          <ChartCard key={chart.title} chart={chart} caption={caption} filename={`${slug}-${chart.metric}-${day.date}.png`} />
        ))}
      </section>
    </>
  );
}
