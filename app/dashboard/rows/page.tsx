import { db } from "@/lib/db/client";
import { pageNotFound } from "@/lib/http/page-not-found";
import { periodSpan } from "@/lib/metrics/calendar";
import { METRICS } from "@/lib/metrics/catalogue";
import { formatValue } from "@/lib/metrics/format-value";
import { metricNumber } from "@/lib/metrics/metric-number";
import { countRowsBehind, ROWS_BEHIND } from "@/lib/metrics/rows-behind";

import { readSnapshot } from "@/lib/store/read-snapshot";
import { openDashboard } from "../_access/open-dashboard";
import { openSite } from "../_access/open-site";
import { PeriodBar } from "../_live/period-bar";
import { dashboardHref } from "../_query/dashboard-href";
import type { Search } from "../_query/read-search";
import { EventTable } from "./_components/event-table";
import { Narrow } from "./_components/narrow";
import { PersonTable } from "./_components/person-table";
import { readRowsPage } from "./_components/read-rows-page";
import { ROW_WORDS } from "./_components/row-words";
import classes from "./_components/rows.module.css";
import { RowsFoot } from "./_components/rows-foot";
import { readRowsSearch } from "./_components/rows-search";
import { SessionTable } from "./_components/session-table";

export const metadata = { title: "Rows behind a number" };

/** The very rows that make up a number of the live page, a page of them at a time. */
export default async function RowsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = readRowsSearch(await searchParams);
  const metric = METRICS.find(({ id }) => id === search?.metric);
  if (!search || !metric) return pageNotFound();
  const { query, narrow, after } = search;
  const keep = { metric: metric.id, ...narrow };
  const viewer = await openDashboard(dashboardHref("/dashboard/rows", query, { ...keep, after }));

  const site = await openSite(query.site);
  const snapshot = await readSnapshot(db(), query, new Date());
  const span = periodSpan(site.timezone, query.period, snapshot.date);
  const { filter } = ROWS_BEHIND[metric.id];
  const page = await readRowsPage(db(), metric.id, { siteId: site.id, span, lens: query.lens, filter, after, ...narrow });
  const total = countRowsBehind(snapshot.metrics, metric.id, narrow);
  const here = { ...query, date: snapshot.date };
  const shared = { timezone: site.timezone, period: query.period };
  const markFor = viewer.role === "viewer" ? undefined : site.slug;
  return (
    <>
      <PeriodBar path="/dashboard/rows" query={query} date={snapshot.date} timezone={site.timezone} keep={keep} />
      <p className={classes.lead}>
        <b>{metric.label}:</b> {formatValue(metric.format, metricNumber(snapshot.metrics, metric.id))}
        {query.lens === "signed-in" && ", of signed-in visits"}. {ROW_WORDS[metric.id](total)}
      </p>
      <Narrow metric={metric.id} snapshot={snapshot} query={here} narrow={narrow} />
      {page.kind === "events" && <EventTable rows={page.rows} {...shared} />}
      {page.kind === "sessions" && <SessionTable rows={page.rows} {...shared} markFor={markFor} />}
      {page.kind === "people" && <PersonTable rows={page.rows} markFor={markFor} />}
      <RowsFoot query={here} keep={keep} shown={page.rows.length} next={page.next} first={after === undefined} />
    </>
  );
}
