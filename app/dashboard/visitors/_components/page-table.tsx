import { formatCount, formatDuration, NOTHING } from "@/lib/metrics/format-value";
import type { PageRow } from "@/lib/store/read-visitors";
import { type Column, DataTable } from "../../_components/data-table";

const seconds = (value: number | null) => (value === null ? NOTHING : formatDuration(value));

const COLUMNS: Column<PageRow>[] = [
  { label: "Page", cell: ({ page }) => page },
  { label: "Accesses", numeric: true, cell: ({ accesses }) => formatCount(accesses) },
  { label: "Time in all", numeric: true, cell: ({ totalSec }) => formatDuration(totalSec) },
  { label: "On average", numeric: true, cell: ({ avgSec }) => seconds(avgSec) },
  { label: "Longest", numeric: true, cell: ({ maxSec }) => seconds(maxSec) },
  { label: "Shortest", numeric: true, cell: ({ minSec }) => seconds(minSec) },
];

/** Pages with their accesses and the time spent on them. */
export function PageTable({ rows }: { rows: PageRow[] }) {
  return <DataTable label="Pages" columns={COLUMNS} rows={rows} keyOf={({ page }) => page} empty="No page on these days." />;
}
