import { formatCount } from "@/lib/metrics/format-value";
import type { PersonRow } from "@/lib/store/read-rows";
import { type Column, DataTable } from "../../_components/data-table";
import { OwnButton } from "../../_own/own-button";

const GENDER_WORDS = { m: "man", f: "woman", unknown: "unknown" } as const;

const COLUMNS: Column<PersonRow>[] = [
  { label: "Person", cell: ({ person }) => person },
  { label: "Gender", cell: ({ gender }) => GENDER_WORDS[gender] },
  { label: "Interactions", numeric: true, cell: ({ interactions }) => formatCount(interactions) },
  { label: "Sign-ins", numeric: true, cell: ({ logins }) => formatCount(logins) },
  { label: "Registered in the period", cell: ({ registered }) => (registered ? "yes" : "no") },
];

/** A person of a list is a known user by its number, or minus a visitor's. */
const whoIs = (id: string) => (id.startsWith("-") ? `visitor:${id.slice(1)}` : `user:${id}`);

const ownColumn = (site: string): Column<PersonRow> => ({
  label: "Own traffic",
  cell: ({ id, person }) => <OwnButton site={site} who={whoIs(id)} label={person} />,
});

/** People, one a row. `markFor` is the site, for who may mark them as own traffic. */
export function PersonTable({ rows, markFor }: { rows: readonly PersonRow[]; markFor?: string | undefined }) {
  const columns = markFor ? [...COLUMNS, ownColumn(markFor)] : COLUMNS;
  return <DataTable label="People" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No such person in this period." />;
}
