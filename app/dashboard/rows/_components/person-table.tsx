import { formatCount } from "@/lib/metrics/format-value";
import type { PersonRow } from "@/lib/store/read-rows";
import { type Column, DataTable } from "../../_components/data-table";

const GENDER_WORDS = { m: "man", f: "woman", unknown: "unknown" } as const;

const COLUMNS: Column<PersonRow>[] = [
  { label: "Person", cell: ({ person }) => person },
  { label: "Gender", cell: ({ gender }) => GENDER_WORDS[gender] },
  { label: "Interactions", numeric: true, cell: ({ interactions }) => formatCount(interactions) },
  { label: "Sign-ins", numeric: true, cell: ({ logins }) => formatCount(logins) },
  { label: "Registered in the period", cell: ({ registered }) => (registered ? "yes" : "no") },
];

/** People, one a row. */
export function PersonTable({ rows }: { rows: readonly PersonRow[] }) {
  return <DataTable label="People" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} empty="No such person in this period." />;
}
