import { formatCount, formatMilliseconds } from "@/lib/metrics/format-value";
import { dateLabel, exactTime } from "@/lib/metrics/time-labels";
import type { RunView, StepView } from "@/lib/store/read-runs";
import classes from "./pipeline.module.css";
import { STATE_WORDS } from "./state-words";

const CHAIN = ["extract", "transform", "load", "reconcile", "publish"] as const;

const TASKS: Record<string, string> = {
  launches: "upcoming rocket launches",
  extract: "events to Parquet",
  transform: "time spent, by DuckDB",
  load: "replaces the day’s rows",
  reconcile: "against the live numbers",
  publish: "CSV files",
};

/** The steps of a run as they depend on each other, each with its state, duration, rows and log. */
export function RunGraph({ run, timezone }: { run: RunView | undefined; timezone: string }) {
  if (!run) return <p className={classes.empty}>No day has been run yet.</p>;
  const isOver = run.finishedAt !== null;
  const node = (name: string) => <StepNode key={name} name={name} step={run.steps.find(({ step }) => step === name)} isOver={isOver} />;
  return (
    <section aria-label={`Run of ${run.date}`} className={classes.run}>
      <h2 className={classes.runTitle}>
        {dateLabel(run.date)} <StateBadge state={run.state} />
      </h2>
      <p className={classes.runLead}>
        Run {run.attempt}, started by {run.startedBy}
        {run.startedAt && ` at ${exactTime(timezone, run.startedAt)}`}.
        {run.error && <strong className={classes.error}> {run.error}</strong>}
      </p>
      <div className={classes.graph}>
        <ol className={classes.chain} aria-label="One after the other">
          {CHAIN.map(node)}
        </ol>
        <ol className={classes.chain} aria-label="Beside them">
          {node("launches")}
        </ol>
      </div>
    </section>
  );
}

function StepNode({ name, step, isOver }: { name: string; step: StepView | undefined; isOver: boolean }) {
  const state = step?.state ?? (isOver ? "unreached" : "waiting");
  const duration = step?.finishedAt ? Date.parse(step.finishedAt) - Date.parse(step.startedAt) : null;
  const facts = [
    duration !== null && formatMilliseconds(duration),
    step?.rows != null && `${formatCount(step.rows)} rows`,
    step && step.attempts > 1 && `${step.attempts} attempts`,
  ].filter(Boolean);
  return (
    <li className={classes.step} data-state={state}>
      <strong>{name}</strong>
      <span className={classes.task}>{TASKS[name]}</span>
      <StateBadge state={state} />
      <span className={classes.facts}>{facts.join(" · ")}</span>
      {step && step.log.length > 0 && (
        <details className={classes.log}>
          <summary>Log</summary>
          <ul>
            {step.log.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

/** A state in a word and a colour. */
export function StateBadge({ state }: { state: keyof typeof STATE_WORDS }) {
  return (
    <span className={classes.badge} data-state={state}>
      {STATE_WORDS[state]}
    </span>
  );
}
