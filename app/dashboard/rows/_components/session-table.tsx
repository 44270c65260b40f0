import { formatCount, formatDuration, NOTHING } from "@/lib/metrics/format-value";
import type { Period } from "@/lib/metrics/snapshot";
import { dateAndTime, exactTime } from "@/lib/metrics/time-labels";
import type { SessionRow } from "@/lib/store/read-rows";
import { type Column, DataTable } from "../../_components/data-table";

/** Sessions, one a row. */
export function SessionTable({ rows, timezone, period }: { rows: readonly SessionRow[]; timezone: string; period: Period }) {
  const when = (at: string) => <time dateTime={at}>{period === "day" ? exactTime(timezone, at) : dateAndTime(timezone, at)}</time>;
  const columns: Column<SessionRow>[] = [
    { label: "Start", cell: ({ startedAt }) => when(startedAt) },
    { label: "Person", cell: ({ person }) => person },
    { label: "Duration", numeric: true, cell: ({ durationSec }) => formatDuration(durationSec) },
    { label: "Interactions", numeric: true, cell: ({ interactions }) => formatCount(interactions) },
    { label: "Signed in", cell: ({ signedIn }) => (signedIn ? "yes" : "no") },
    {
      label: "Converted after",
      numeric: true,
      cell: ({ convertedAfterSec }) => (convertedAfterSec === null ? NOTHING : formatDuration(convertedAfterSec)),
    },
    { label: "End", cell: ({ endedAt }) => when(endedAt) },
  ];
  return <DataTable label="Sessions" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No such session in this period." />;
}
