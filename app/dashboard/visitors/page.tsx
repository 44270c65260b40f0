import type { Metadata } from "next";
import Link from "next/link";
import { db } from "@/lib/db/client";
import { formatCount } from "@/lib/metrics/format-value";
import { dateLabel } from "@/lib/metrics/time-labels";
import { lastDueDate } from "@/lib/pipeline/queue-due-days";

import { readAddresses, readHourViews, readLastStatisticsDate, readPages } from "@/lib/store/read-visitors";
import { openDashboard } from "../_access/open-dashboard";
import { openSite } from "../_access/open-site";
import { PageHead } from "../_components/page-head";
import type { Search } from "../_query/read-search";
import { AddressTable } from "./_components/address-table";
import { HeatGrid } from "./_components/heat-grid";
import { PageCharts } from "./_components/page-charts";
import { PageTable } from "./_components/page-table";
import { SpanForm } from "./_components/span-form";
import classes from "./_components/visitors.module.css";
import { readVisitorsSearch, visitorsHref } from "./_components/visitors-search";

export const metadata: Metadata = { title: "Visitors" };

const PAGE_SIZE = 25;
const PAGES_READ = 200;

/** Who spent how long on which page, by client address: the daily statistics of a day or a range. */
export default async function VisitorsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const asked = readVisitorsSearch(await searchParams);
  await openDashboard(visitorsHref("/dashboard/visitors", asked));
  const site = await openSite(asked.site);
  const last = (await readLastStatisticsDate(db(), site.id)) ?? lastDueDate(site.timezone, Date.now());
  const to = asked.to ?? asked.from ?? last;
  const from = asked.from && asked.from <= to ? asked.from : to;
  const state = { ...asked, from, to };
  const span = { siteId: site.id, from, to };
  const { search, sort, descending } = state;
  const [addresses, pages, hours] = await Promise.all([
    readAddresses(db(), { ...span, search, sort, descending, limit: PAGE_SIZE, offset: (state.page - 1) * PAGE_SIZE }),
    readPages(db(), { ...span, limit: PAGES_READ }),
    readHourViews(db(), span),
  ]);
  const days = from === to ? dateLabel(from) : `${dateLabel(from, { year: false })} – ${dateLabel(to)}`;
  const turn = (page: number) => visitorsHref("/dashboard/visitors", { ...state, page });
  return (
    <div className={classes.visitors}>
      <PageHead title="Visitors" lead={`Who spent how long on which page, by address: ${days}. The nightly pipeline computes it.`} />
      <SpanForm state={state} from={from} to={to} />
      <AddressTable rows={addresses.rows} state={state} timezone={site.timezone} />
      <nav aria-label="Pages of this list" className={classes.foot}>
        <span>{formatCount(addresses.count)} addresses</span>
        {state.page > 1 && (
          <Link href={turn(state.page - 1)} prefetch={false}>
            Previous page
          </Link>
        )}
        {state.page * PAGE_SIZE < addresses.count && (
          <Link href={turn(state.page + 1)} prefetch={false}>
            Next page
          </Link>
        )}
        <a href={`/dashboard/pipeline/files?${new URLSearchParams({ file: "aggregate", site: site.slug, from, to })}`} download>
          Save as CSV
        </a>
      </nav>
      {pages.length > 0 && <PageCharts pages={pages} caption={days} />}
      <HeatGrid cells={hours} />
      {pages.length > 0 && <PageTable rows={pages} />}
    </div>
  );
}
