"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RunView } from "@/lib/store/read-runs";
import type { PipelineView } from "../read-pipeline";
import classes from "./pipeline.module.css";
import { RunForm } from "./run-form";
import { RunGraph } from "./run-graph";
import { RunTable } from "./run-table";

const BUSY_MS = 700;
const IDLE_MS = 5_000;

const isActive = ({ state }: RunView) => state === "queued" || state === "running";

async function fetchPipeline(site: string, signal: AbortSignal): Promise<PipelineView> {
  const response = await fetch(`/api/pipeline/runs?site=${encodeURIComponent(site)}`, { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}

/** The runs, followed while the page is open: quickly while one is under way. */
export function PipelineBoard({ initial, mayRun, lastDate }: { initial: PipelineView; mayRun: boolean; lastDate: string }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { data: view, isError } = useQuery({
    queryKey: ["pipeline", initial.site],
    queryFn: ({ signal }) => fetchPipeline(initial.site, signal),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.runs.some(isActive) ? BUSY_MS : IDLE_MS),
  });
  const { runs } = view;
  const shown = runs.find(({ id }) => id === chosen) ?? runs.find(({ state }) => state === "running") ?? runs[0];
  const active = runs.filter(isActive).length;
  return (
    <div className={classes.board}>
      {mayRun && <RunForm site={view.site} lastDate={lastDate} />}
      <p className={classes.status} role="status">
        {isError
          ? "The server does not answer; what you see may be old."
          : active > 0
            ? `${active} under way or queued.`
            : "Nothing is under way."}
      </p>
      <RunGraph run={shown} timezone={view.timezone} />
      <RunTable view={view} shown={shown?.id} choose={setChosen} mayRun={mayRun} />
    </div>
  );
}
