"use client";

import { formatCount, formatMilliseconds, NOTHING } from "@/lib/metrics/format-value";
import type { RunView } from "@/lib/store/read-runs";
import { type Column, DataTable } from "../../_components/data-table";
import type { PipelineView } from "../read-pipeline";
import { FileLink } from "./file-link";
import classes from "./pipeline.module.css";
import { RunButtons } from "./run-buttons";
import { StateBadge } from "./run-graph";

interface Props {
  view: PipelineView;
  shown: string | undefined;
  choose: (id: string) => void;
  mayRun: boolean;
}

const rowsOf = (run: RunView, name: string) => {
  const rows = run.steps.find(({ step }) => step === name)?.rows;
  return rows == null ? NOTHING : formatCount(rows);
};

const durationOf = ({ startedAt, finishedAt }: RunView) =>
  startedAt && finishedAt ? formatMilliseconds(Date.parse(finishedAt) - Date.parse(startedAt)) : NOTHING;

/** The latest run of each day, with its files and what can be done with it. */
export function RunTable({ view, shown, choose, mayRun }: Props) {
  const { site, runs, files } = view;
  const columns: Column<RunView>[] = [
    {
      label: "Day",
      cell: ({ id, date }) => (
        <button type="button" className={classes.day} aria-pressed={id === shown} onClick={() => choose(id)}>
          {date}
        </button>
      ),
    },
    { label: "State", cell: ({ state }) => <StateBadge state={state} /> },
    { label: "Duration", numeric: true, cell: durationOf },
    { label: "Events", numeric: true, cell: (run) => rowsOf(run, "extract") },
    { label: "Rows", numeric: true, cell: (run) => rowsOf(run, "publish") },
    { label: "Retries", numeric: true, cell: ({ steps }) => steps.reduce((sum, { attempts }) => sum + attempts - 1, 0) },
    { label: "Started by", cell: ({ startedBy }) => startedBy },
    {
      label: "Files",
      cell: ({ date }) => (
        <span className={classes.files}>
          <FileLink label="CSV" query={{ site, file: "daily", date }} bytes={files.days[date]?.daily ?? null} />
          <FileLink label="Parquet" query={{ site, file: "events", date }} bytes={files.days[date]?.events ?? null} />
        </span>
      ),
    },
    ...(mayRun ? [{ label: "Actions", cell: (run: RunView) => <RunButtons site={site} run={run} /> }] : []),
  ];
  return (
    <>
      <p className={classes.files}>
        Over all days of the last backfill:
        <FileLink label="agg_data.csv" query={{ site, file: "aggregate" }} bytes={files.aggregate} />
      </p>
      <DataTable label="Runs by day" columns={columns} rows={runs} keyOf={({ id }) => id} empty="No day has been run yet." />
    </>
  );
}
