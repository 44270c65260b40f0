import Link from "next/link";
import { type DashboardQuery, dashboardHref, queryParams } from "../../_query/dashboard-href";
import classes from "./rows.module.css";

interface Props {
  query: DashboardQuery;
  keep: Record<string, string | undefined>;
  shown: number;
  next: string | null;
  first: boolean;
}

/** The ways on from a page of rows. */
export function RowsFoot({ query, keep, shown, next, first }: Props) {
  return (
    <nav aria-label="Pages of this list" className={classes.foot}>
      <span>
        {shown === 0 ? "No rows." : next ? `${shown} rows, and more` : first ? "All rows are shown." : "These are the last rows."}
      </span>
      {!first && (
        <Link href={dashboardHref("/dashboard/rows", query, keep)} prefetch={false}>
          To the top
        </Link>
      )}
      {next && (
        <Link href={dashboardHref("/dashboard/rows", query, { ...keep, after: next })} prefetch={false}>
          Next rows
        </Link>
      )}
      <a href={`/dashboard/export/rows?${queryParams(query, keep)}`} download>
        Save all as CSV
      </a>
    </nav>
  );
}
