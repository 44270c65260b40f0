import { formatCount, formatDuration, NOTHING } from "@/lib/metrics/format-value";
import type { Period } from "@/lib/metrics/snapshot";
import { dateAndTime, exactTime } from "@/lib/metrics/time-labels";
import type { SessionRow } from "@/lib/store/read-rows";
import { type Column, DataTable } from "../../_components/data-table";
import { OwnButton } from "../../_own/own-button";

interface Props {
  rows: readonly SessionRow[];
  timezone: string;
  period: Period;
  /** The site whose visitors may be marked as own traffic, for who may do that. */
  markFor?: string | undefined;
}

/** Sessions, one a row. */
export function SessionTable({ rows, timezone, period, markFor }: Props) {
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
    ...(markFor ? [ownColumn(markFor)] : []),
  ];
  return <DataTable label="Sessions" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No such session in this period." />;
}

const ownColumn = (site: string): Column<SessionRow> => ({
  label: "Own traffic",
  cell: ({ id, person }) => <OwnButton site={site} who={`session:${id}`} label={person} />,
});
