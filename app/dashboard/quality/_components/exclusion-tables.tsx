import { formatCount, NOTHING } from "@/lib/metrics/format-value";
import { dateAndTime } from "@/lib/metrics/time-labels";
import type { Counted, ExclusionReason } from "@/lib/store/read-quality";
import { type Column, DataTable } from "../../_components/data-table";
import { CATEGORY_WORDS, counterWords } from "./quality-words";

/** Why requests were kept apart from the numbers, each with its latest example. */
export function ReasonTable({ reasons, timezone }: { reasons: readonly ExclusionReason[]; timezone: string }) {
  const columns: Column<ExclusionReason>[] = [
    { label: "What", cell: ({ category }) => CATEGORY_WORDS[category] ?? category },
    { label: "Why", cell: ({ reason }) => reason },
    { label: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
    { label: "Latest", cell: ({ lastAt }) => <time dateTime={lastAt}>{dateAndTime(timezone, lastAt)}</time> },
    { label: "It asked for", cell: ({ path }) => path },
    { label: "It called itself", cell: ({ userAgent }) => <span title={userAgent ?? undefined}>{userAgent || "nothing"}</span> },
  ];
  return (
    <DataTable
      label="Left out"
      columns={columns}
      rows={reasons}
      keyOf={({ category, reason }) => `${category} ${reason}`}
      empty="Nothing was left out in this period."
    />
  );
}

const GROUPS = { ignored: "Ignored", dropped: "Lost", folded: "Folded" } as const;
const isShown = (name: string): boolean => (name.split(":")[0] ?? "") in GROUPS;

/** What capture counted beside the events. */
export function CounterTable({ counts, timezone }: { counts: Record<string, Counted>; timezone: string }) {
  const rows = Object.entries(counts)
    .filter(([name, { amount }]) => isShown(name) && amount > 0)
    .map(([name, counted]) => ({ name, ...counted }))
    .sort((a, b) => b.amount - a.amount);
  const columns: Column<(typeof rows)[number]>[] = [
    { label: "What it was", cell: ({ name }) => counterWords(name) },
    { label: "Requests", numeric: true, cell: ({ amount }) => formatCount(amount) },
    { label: "So it is", cell: ({ name }) => GROUPS[name.split(":")[0] as keyof typeof GROUPS] },
    {
      label: "Latest",
      cell: ({ example }) => (example ? <time dateTime={example.at}>{dateAndTime(timezone, example.at)}</time> : NOTHING),
    },
    { label: "It asked for", cell: ({ example }) => example?.path ?? NOTHING },
    {
      label: "It called itself",
      cell: ({ example }) => <span title={example?.userAgent ?? undefined}>{example?.userAgent ?? NOTHING}</span>,
    },
  ];
  return (
    <DataTable
      label="Requests that are no events"
      columns={columns}
      rows={rows}
      keyOf={({ name }) => name}
      empty="Nothing of the kind in this period."
    />
  );
}
