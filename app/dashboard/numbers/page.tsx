import type { Metadata } from "next";
import { db } from "@/lib/db/client";
import { formatCount, formatValue, NOTHING } from "@/lib/metrics/format-value";
import { meanActions } from "@/lib/metrics/running";
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
import { dashboardHref, queryParams } from "../_query/dashboard-href";
import { readSearch, type Search } from "../_query/read-search";
import classes from "./numbers.module.css";

export const metadata: Metadata = { title: "Numbers" };

const REQUESTS = { metric: "actions", type: "bar", label: "Requests", unit: "interactions", format: "count" } as const;

const actionsBy = ({ series, period, timezone }: Snapshot): ChartData["points"] =>
  series.map(({ at, actions }) => ({ label: bucketLabel(period, timezone, at), value: actions }));

/** The mean a bucket as a figure; one that still runs would pull it down, so it waits until it is over. */
function meanFigure(label: string, snapshot: Snapshot, [one, many]: [one: string, many: string], now: Date) {
  const { mean, over } = meanActions(snapshot, now.getTime());
  const note = over === 0 ? `no ${one} is over yet` : `over ${over === 1 ? `one whole ${one}` : `${over} whole ${many}`}`;
  return { label, value: formatValue("decimal", mean), note };
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
    meanFigure("Requests a day, last 7 days", week, ["day", "days"], now),
    meanFigure("Requests an hour, today", day, ["hour", "hours"], now),
    { label: "Requests, all time", value: formatCount(allTime.actions) },
    { label: "People, all time", value: formatCount(people) },
    { label: "Page views, all time", value: formatCount(views) },
    { label: "First event", value: allTime.since ? dateLabel(allTime.since) : NOTHING },
  ];
  const routes = routePoints(allTime.pageViews);
  const keep = { metric: REQUESTS.metric };
  const ofPeriod = ({ period, date }: Snapshot) => ({
    rowsHref: dashboardHref("/dashboard/rows", { ...query, period, date }, keep),
    csvHref: `/dashboard/export/table?${queryParams({ ...query, period, date }, keep)}`,
  });
  const csvOf = (table: string) => `/dashboard/export/numbers?${new URLSearchParams({ site: slug, table })}`;
  const charts: { chart: ChartData; caption: string; rowsHref?: string; csvHref: string }[] = [
    {
      chart: { ...REQUESTS, title: "Requests a day, last 7 days", column: "Day", points: actionsBy(week) },
      caption: `up to ${dateLabel(week.date)}`,
      ...ofPeriod(week),
    },
    {
      chart: { ...REQUESTS, title: "Requests an hour, today", column: "Hour", points: actionsBy(day) },
      caption: dateLabel(day.date),
      ...ofPeriod(day),
    },
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
      csvHref: csvOf("gender"),
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
      csvHref: csvOf("routes"),
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
        {charts.map(({ chart, ...card }) => (
          <ChartCard key={chart.title} chart={chart} {...card} filename={`${slug}-${chart.metric}-${day.date}.png`} />
        ))}
      </section>
    </>
  );
}
