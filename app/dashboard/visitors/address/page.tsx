import type { Metadata } from "next";
import Link from "next/link";
import { db } from "@/lib/db/client";
import { pageNotFound } from "@/lib/http/page-not-found";
import { localDay } from "@/lib/metrics/calendar";
import { formatCount, formatDuration } from "@/lib/metrics/format-value";
import { dateLabel } from "@/lib/metrics/time-labels";
import { UNKNOWN_ADDRESS } from "@/lib/pipeline/unknown-address";
import { readAddressSessions } from "@/lib/store/read-address-sessions";
import { readAddressDays, readAddresses, readAddressPages } from "@/lib/store/read-visitors";
import { openDashboard } from "../../_access/open-dashboard";
import { openSite } from "../../_access/open-site";
import { PageHead } from "../../_components/page-head";
import type { Search } from "../../_query/read-search";
import { SessionTable } from "../../rows/_components/session-table";
import { PageTable } from "../_components/page-table";
import classes from "../_components/visitors.module.css";
import { readVisitorsSearch, visitorsHref } from "../_components/visitors-search";

export const metadata: Metadata = { title: "One address" };

const PAGES_READ = 500;
const SESSIONS_READ = 100;

/** What one address did on those days: its pages, and its sessions themselves. */
export default async function AddressPage({ searchParams }: { searchParams: Promise<Search> }) {
  const state = readVisitorsSearch(await searchParams);
  const viewer = await openDashboard(visitorsHref("/dashboard/visitors/address", state));
  const { address, from, to = from } = state;
  if (!address || !from || !to) return pageNotFound();
  const site = await openSite(state.site);
  const span = { siteId: site.id, from, to, address };
  const [found, pages, sessions] = await Promise.all([
    readAddresses(db(), { ...span, sort: "accesses", descending: true, limit: 1, offset: 0 }),
    readAddressPages(db(), { ...span, limit: PAGES_READ }),
    readAddressDays(db(), span).then((days) =>
      readAddressSessions(db(), {
        siteId: site.id,
        address: address === UNKNOWN_ADDRESS ? null : address,
        days: days.map(({ date, accesses }) => ({ ...localDay(site.timezone, date), accesses })),
        limit: SESSIONS_READ,
      }),
    ),
  ]);
  const [row] = found.rows;
  if (!row) return pageNotFound();
  const days = from === to ? dateLabel(from) : `${dateLabel(from, { year: false })} – ${dateLabel(to)}`;
  return (
    <div className={classes.visitors}>
      <PageHead
        title={address}
        lead={`${days}: ${formatCount(row.accesses)} accesses of ${formatCount(row.pages)} pages, ${formatDuration(row.totalSec)} in all.`}
      >
        <Link href={visitorsHref("/dashboard/visitors", { site: state.site, from, to })} prefetch={false}>
          All addresses
        </Link>
      </PageHead>
      <h2 className={classes.section}>Pages</h2>
      <PageTable rows={pages} />
      <h2 className={classes.section}>Sessions{sessions.length === SESSIONS_READ && `, the newest ${SESSIONS_READ}`}</h2>
      <SessionTable
        rows={sessions}
        timezone={site.timezone}
        period={from === to ? "day" : "week"}
        markFor={viewer.role === "viewer" ? undefined : site.slug}
      />
    </div>
  );
}
