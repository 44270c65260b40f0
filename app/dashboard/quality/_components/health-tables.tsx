import { formatCount, formatMilliseconds, formatPercent, formatValue, NOTHING } from "@/lib/metrics/format-value";
import { dateAndTime } from "@/lib/metrics/time-labels";
import type { Failure, RouteTimes, RouteVitals } from "@/lib/store/read-health";
import { type Column, DataTable } from "../../_components/data-table";

const ms = (value: number | null) => (value === null ? NOTHING : formatMilliseconds(value));

/** Pages that were not found or broke, where no script could have told. */
export function FailureTable({ failures, timezone }: { failures: readonly Failure[]; timezone: string }) {
  const columns: Column<Failure>[] = [
    { label: "Path", cell: ({ path }) => path },
    { label: "Status", numeric: true, cell: ({ status }) => status },
    { label: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
    { label: "Latest", cell: ({ lastAt }) => <time dateTime={lastAt}>{dateAndTime(timezone, lastAt)}</time> },
    { label: "Came from", cell: ({ referrer }) => referrer ?? NOTHING },
  ];
  return (
    <DataTable
      label="Errors visitors met"
      columns={columns}
      rows={failures}
      keyOf={({ path, status, referrer }) => `${status} ${path} ${referrer}`}
      empty="No visitor met an error in this period."
    />
  );
}

const ROUTES: Column<RouteTimes>[] = [
  { label: "Route", cell: ({ route }) => route },
  { label: "Views", numeric: true, cell: ({ views }) => formatCount(views) },
  { label: "Failed", numeric: true, cell: ({ failed, views }) => (views === 0 ? NOTHING : formatPercent(failed / views)) },
  { label: "Median", numeric: true, cell: ({ p50 }) => ms(p50) },
  { label: "95 % within", numeric: true, cell: ({ p95 }) => ms(p95) },
  { label: "99 % within", numeric: true, cell: ({ p99 }) => ms(p99) },
];

/** How long each route took to answer. */
export function RouteTable({ routes }: { routes: readonly RouteTimes[] }) {
  return (
    <DataTable
      label="Response times by route"
      columns={ROUTES}
      rows={routes}
      keyOf={({ route }) => route}
      empty="No request in this period."
    />
  );
}

const VITALS: Column<RouteVitals>[] = [
  { label: "Route", cell: ({ route }) => route },
  { label: "Views", numeric: true, cell: ({ views }) => formatCount(views) },
  { label: "First byte", numeric: true, cell: ({ ttfbMs }) => ms(ttfbMs) },
  { label: "First paint", numeric: true, cell: ({ fcpMs }) => ms(fcpMs) },
  { label: "Largest paint", numeric: true, cell: ({ lcpMs }) => ms(lcpMs) },
  { label: "Interaction", numeric: true, cell: ({ inpMs }) => ms(inpMs) },
  { label: "Layout shift", numeric: true, cell: ({ cls }) => formatValue("decimal", cls) },
  { label: "Read down to", numeric: true, cell: ({ scroll }) => (scroll === null ? NOTHING : formatPercent(scroll / 100)) },
];

/** Web vitals by route at the 75th percentile, and how far the page was read at the median. */
export function VitalTable({ vitals }: { vitals: readonly RouteVitals[] }) {
  return (
    <DataTable
      label="What browsers measured"
      columns={VITALS}
      rows={vitals}
      keyOf={({ route }) => route}
      empty="No browser told of a page in this period."
    />
  );
}
