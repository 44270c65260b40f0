import Link from "next/link";
import { formatCount, formatDuration, NOTHING } from "@/lib/metrics/format-value";
import { dateAndTime } from "@/lib/metrics/time-labels";
import type { AddressRow, AddressSort } from "@/lib/store/read-visitors";
import tableClasses from "../../_components/data-table.module.css";
import classes from "./visitors.module.css";
import { type VisitorsSearch, visitorsHref } from "./visitors-search";

interface Props {
  rows: AddressRow[];
  state: VisitorsSearch;
  timezone: string;
}

const COLUMNS: { label: string; sort?: AddressSort; numeric?: boolean }[] = [
  { label: "Address", sort: "address" },
  { label: "Accesses", sort: "accesses", numeric: true },
  { label: "Pages", sort: "pages", numeric: true },
  { label: "Time in all", sort: "total", numeric: true },
  { label: "Time on average", sort: "avg", numeric: true },
  { label: "First", sort: "first" },
  { label: "Last", sort: "last" },
  { label: "Country" },
];

const countries = new Intl.DisplayNames("en", { type: "region" });

/** Addresses, one a row; every head is a link that sorts by it, so it works without script. */
export function AddressTable({ rows, state, timezone }: Props) {
  if (rows.length === 0) return <p className={tableClasses.empty}>No address here on these days.</p>;
  const when = (at: string) => <time dateTime={at}>{dateAndTime(timezone, at)}</time>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={tableClasses.frame} tabIndex={0} aria-label="Addresses">
      <table className={tableClasses.table}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <SortHead key={column.label} {...column} state={state} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.address}>
              <th scope="row">
                <Link href={visitorsHref("/dashboard/visitors/address", { ...span(state), address: row.address })} prefetch={false}>
                  {row.address}
                </Link>
              </th>
              <td data-numeric>{formatCount(row.accesses)}</td>
              <td data-numeric>{formatCount(row.pages)}</td>
              <td data-numeric>{formatDuration(row.totalSec)}</td>
              <td data-numeric>{row.avgSec === null ? NOTHING : formatDuration(row.avgSec)}</td>
              <td>{when(row.firstAt)}</td>
              <td>{when(row.lastAt)}</td>
              <td>{row.country ? countryName(row.country) : NOTHING}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const span = ({ site, from, to }: VisitorsSearch) => ({ site, from, to });

function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code;
}

function SortHead({ label, sort, numeric, state }: { label: string; sort?: AddressSort; numeric?: boolean; state: VisitorsSearch }) {
  if (!sort) return <th scope="col">{label}</th>;
  const current = state.sort === sort;
  const descending = current ? !state.descending : sort !== "address";
  return (
    <th scope="col" data-numeric={numeric} aria-sort={current ? (state.descending ? "descending" : "ascending") : undefined}>
      <Link
        href={visitorsHref("/dashboard/visitors", { ...state, sort, descending, page: 1 })}
        prefetch={false}
        scroll={false}
        className={classes.sort}
      >
        {label}
        <span aria-hidden="true">{current ? (state.descending ? " ↓" : " ↑") : ""}</span>
      </Link>
    </th>
  );
}
