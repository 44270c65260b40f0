"use client";

import { IconChevronLeft, IconChevronRight, IconDownload } from "@tabler/icons-react";
import Link from "next/link";
import { periodLabel, shiftDate } from "@/lib/metrics/time-labels";
import { todayIn } from "@/lib/metrics/today-in";
import { type DashboardQuery, dashboardHref, queryParams } from "../_query/dashboard-href";
import classes from "./period-bar.module.css";

interface Props {
  path: string;
  query: DashboardQuery;
  /** The day shown; of a week its last. */
  date: string;
  timezone: string;
  /** What the page's own address holds besides the query, kept by every link. */
  keep?: Record<string, string | undefined>;
  /** Whether the whole period can be saved from here. */
  exports?: boolean;
  /** Whether the page can be read through a lens. */
  lenses?: boolean;
}

/** Period, date and lens as real links: they work without JavaScript, and every view has its address. */
export function PeriodBar({ path, query, date, timezone, keep = {}, exports = false, lenses = true }: Props) {
  const today = todayIn(timezone, Date.now());
  const href = (changes: Partial<DashboardQuery>) => dashboardHref(path, { ...query, ...changes }, keep);
  const step = query.period === "day" ? 1 : 7;
  // A step that reaches today follows today from then on.
  const toDate = (target: string) => href({ date: target >= today ? undefined : target });
  const atToday = date >= today;
  const choice = (label: string, changes: Partial<DashboardQuery>, current: boolean) => (
    <Link href={href(changes)} prefetch={false} scroll={false} className={classes.choice} aria-current={current ? "true" : undefined}>
      {label}
    </Link>
  );
  return (
    <div className={classes.bar}>
      <nav aria-label="Period" className={classes.group}>
        {choice("Day", { period: "day" }, query.period === "day")}
        {choice("Week", { period: "week" }, query.period === "week")}
      </nav>
      <nav aria-label="Date" className={classes.stepper}>
        <Link
          href={toDate(shiftDate(date, -step))}
          prefetch={false}
          scroll={false}
          className={classes.step}
          aria-label={`Previous ${query.period}`}
        >
          <IconChevronLeft size={18} aria-hidden />
        </Link>
        <h1 className={classes.date} suppressHydrationWarning>
          {periodLabel(query.period, date)}
        </h1>
        {atToday ? (
          <span className={classes.step} aria-hidden="true" data-off>
            <IconChevronRight size={18} />
          </span>
        ) : (
          <Link
            href={toDate(shiftDate(date, step))}
            prefetch={false}
            scroll={false}
            className={classes.step}
            aria-label={`Next ${query.period}`}
          >
            <IconChevronRight size={18} aria-hidden />
          </Link>
        )}
      </nav>
      {!atToday && (
        <Link href={href({ date: undefined })} prefetch={false} scroll={false} className={classes.today}>
          Today
        </Link>
      )}
      {lenses && (
        <nav aria-label="Whose visits" className={classes.group}>
          {choice("Everyone", { lens: "all" }, query.lens === "all")}
          {choice("Signed in", { lens: "signed-in" }, query.lens === "signed-in")}
        </nav>
      )}
      {exports && (
        <nav aria-label="Save" className={classes.group}>
          <a className={classes.choice} href={`/dashboard/export/report?${queryParams({ ...query, date })}`} download>
            <IconDownload size={15} stroke={1.8} aria-hidden /> PDF
          </a>
          <a className={classes.choice} href={`/dashboard/export/series?${queryParams({ ...query, date })}`} download>
            <IconDownload size={15} stroke={1.8} aria-hidden /> CSV
          </a>
        </nav>
      )}
    </div>
  );
}
