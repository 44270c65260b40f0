import type { Metadata } from "next";
import { db } from "@/lib/db/client";
import { localDayOf, type PeriodSpan, periodSpan } from "@/lib/metrics/calendar";
import { formatCount } from "@/lib/metrics/format-value";
import { dateAndTime, dateLabel } from "@/lib/metrics/time-labels";
import { readHealth } from "@/lib/store/read-health";
import { type Quality, readQuality } from "@/lib/store/read-quality";
import { readQualityDays } from "@/lib/store/read-quality-days";
import { openDashboard } from "../_access/open-dashboard";
import { openSite } from "../_access/open-site";
import { Figures } from "../_components/figures";
import { PeriodBar } from "../_live/period-bar";
import { dashboardHref } from "../_query/dashboard-href";
import { readSearch, type Search } from "../_query/read-search";
import { DayTable } from "./_components/day-table";
import { CounterTable, ReasonTable } from "./_components/exclusion-tables";
import { FailureTable, RouteTable, VitalTable } from "./_components/health-tables";
import { OwnerRules } from "./_components/owner-rules";
import classes from "./_components/quality.module.css";

export const metadata: Metadata = { title: "Traffic quality" };

function figuresOf({ interactions, counts, excluded }: Quality) {
  const dropped = Object.entries(counts).reduce((sum, [name, { amount }]) => sum + (name.startsWith("dropped:") ? amount : 0), 0);
  return [
    { label: "Humans", value: formatCount(interactions), note: "actions that count" },
    { label: "Bots", value: formatCount(excluded.bot ?? 0), note: "kept apart" },
    { label: "AI agents", value: formatCount(excluded["ai-agent"] ?? 0), note: "kept apart" },
    {
      label: "Prefetches",
      value: formatCount((counts["ignored:prefetch"]?.amount ?? 0) + (excluded.prefetch ?? 0)),
      note: "never counted",
    },
    { label: "Own and excluded", value: formatCount((excluded["own-traffic"] ?? 0) + (excluded.excluded ?? 0)), note: "kept apart" },
    { label: "Lost", value: formatCount(dropped), note: dropped === 0 ? "nothing was lost" : "see why below" },
  ];
}

/** Which part of the period the response times are of. */
const timedSpan = (from: string, { days }: PeriodSpan): string =>
  from === days[0]?.date
    ? "of this period"
    : `since ${dateLabel(from)}; the days before are still being summed: load the page again for them`;

/** What was counted, what was left out and why, and how well the site answered. */
export default async function QualityPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { query } = readSearch(await searchParams);
  const viewer = await openDashboard(dashboardHref("/dashboard/quality", query));
  const site = await openSite(query.site);
  const date = query.date ?? localDayOf(site.timezone, Date.now()).date;
  const span = periodSpan(site.timezone, query.period, date);
  const [[quality, days], health] = await Promise.all([
    // Of one moment: while visitors come, the days must add up to the figures.
    db().$transaction(
      async (tx) => [await readQuality(tx, site.id, span), query.period === "week" ? await readQualityDays(tx, site, span) : []] as const,
      { isolationLevel: "RepeatableRead" },
    ),
    readHealth(db(), site, span),
  ]);
  return (
    <>
      <PeriodBar path="/dashboard/quality" query={query} date={date} timezone={site.timezone} lenses={false} />
      <p className={classes.lead}>
        What the numbers stand on: what was counted, what was left out and why, and how well the site answered.
      </p>
      <Figures figures={figuresOf(quality)} />

      {days.length > 0 && (
        <>
          <h2 className={classes.heading}>Day by day</h2>
          <DayTable days={days} />
        </>
      )}
      <h2 className={classes.heading}>Left out, with the reason</h2>
      <ReasonTable reasons={quality.reasons} timezone={site.timezone} />
      <h2 className={classes.heading}>Requests that are no events</h2>
      <CounterTable counts={quality.counts} timezone={site.timezone} />

      <h2 className={classes.heading}>Health</h2>
      <h3 className={classes.subheading}>Errors visitors met</h3>
      <FailureTable failures={health.failures} timezone={site.timezone} />
      <h3 className={classes.subheading}>Response times by route</h3>
      {health.timed.requests > 0 && (
        <p className={classes.note}>
          Of all {formatCount(health.timed.requests)} answers {timedSpan(health.timed.from, span)}, each time true to within 2&nbsp;%.
        </p>
      )}
      <RouteTable routes={health.routes} />
      <h3 className={classes.subheading}>What browsers measured</h3>
      {health.vitalsSince && (
        <p className={classes.note}>Of the latest page views, since {dateAndTime(site.timezone, health.vitalsSince)}.</p>
      )}
      <VitalTable vitals={health.vitals} />

      {viewer.role !== "viewer" && (
        <>
          <h2 className={classes.heading}>What does not count</h2>
          <OwnerRules site={site} />
        </>
      )}
    </>
  );
}
