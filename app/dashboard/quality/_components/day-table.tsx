import { formatCount } from "@/lib/metrics/format-value";
import { dateLabel } from "@/lib/metrics/time-labels";
import type { QualityDay } from "@/lib/store/read-quality-days";
import { type Column, DataTable } from "../../_components/data-table";

const count = (label: string, of: (day: QualityDay) => number): Column<QualityDay> => ({
  label,
  numeric: true,
  cell: (day) => formatCount(of(day)),
});

const COLUMNS: Column<QualityDay>[] = [
  { label: "Day", cell: ({ date }) => dateLabel(date) },
  count("Humans", ({ counted }) => counted),
  count("Bots", ({ bots }) => bots),
  count("AI agents", ({ aiAgents }) => aiAgents),
  count("Prefetches", ({ prefetches }) => prefetches),
  count("Own", ({ own }) => own),
  count("Excluded", ({ excluded }) => excluded),
  count("Lost", ({ dropped }) => dropped),
];

/** How each day's traffic was sorted. */
export function DayTable({ days }: { days: readonly QualityDay[] }) {
  return <DataTable label="Traffic day by day" columns={COLUMNS} rows={days} keyOf={({ date }) => date} empty="No day in this period." />;
}
