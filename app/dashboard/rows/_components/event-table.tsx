import { formatMilliseconds, NOTHING } from "@/lib/metrics/format-value";
import type { Period } from "@/lib/metrics/snapshot";
import { dateAndTime, exactTime } from "@/lib/metrics/time-labels";
import type { FeedEvent } from "@/lib/store/read-events";
import { type Column, DataTable } from "../../_components/data-table";
import { KIND_WORDS } from "../../_live/kind-words";

/** Events, one a row. */
export function EventTable({ rows, timezone, period }: { rows: readonly FeedEvent[]; timezone: string; period: Period }) {
  const columns: Column<FeedEvent>[] = [
    {
      label: "Time",
      cell: ({ at }) => <time dateTime={at}>{period === "day" ? exactTime(timezone, at) : dateAndTime(timezone, at)}</time>,
    },
    { label: "What", cell: ({ kind, outcome }) => KIND_WORDS[kind] + (outcome === "error" ? " refused" : "") },
    { label: "Path", cell: ({ path }) => path },
    { label: "Route", cell: ({ route }) => route },
    { label: "Person", cell: ({ person }) => person },
    { label: "Method", cell: ({ method }) => method },
    { label: "Status", numeric: true, cell: ({ status }) => status ?? NOTHING },
    { label: "Answered in", numeric: true, cell: ({ durationMs }) => (durationMs === null ? NOTHING : formatMilliseconds(durationMs)) },
    { label: "Country", cell: ({ country }) => country ?? NOTHING },
    { label: "Browser", cell: ({ browser }) => browser ?? NOTHING },
  ];
  return <DataTable label="Events" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No event in this period." />;
}
