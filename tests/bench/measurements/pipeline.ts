import { join } from "node:path";
import { withConnection } from "../../../lib/db/client";
import { rebuild } from "../../../lib/store/rebuild";
import { fillEvents } from "../../support/fill-events";
import type { Measurement } from "../measurement";
import { runCommandApart } from "../support/run-command";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The nightly run over one very busy day, by the command that people use. */
export const pipelineDay: Measurement = {
  name: "pipeline",
  quick: false,
  figures: [
    { key: "pipelineSeconds", title: "The nightly run over a day of 10M events, extract to publish", unit: "s", budget: { atMost: 90 } },
    { key: "pipelineMb", title: "Resident memory of its process at most", unit: "MB", budget: { atMost: 1_500 } },
  ],
  async measure(bench) {
    const database = await bench.database("pipeline");
    const from = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
    const date = new Date(from).toISOString().slice(0, 10);
    bench.say("Making a day of events, and its sessions, people and rollups");
    const events = await fillEvents(database, { events: bench.quick ? 10_000 : 10_000_000, from, days: 1 });
    await rebuild(database.db, database.site, "all");
    await withConnection(database.db, (connection) => connection.query("VACUUM (ANALYZE)"));
    bench.say("Running the pipeline");
    const nowhere = "http://127.0.0.1:9/launches/";
    const env = { DATABASE_URL: database.url, FOOTFALL_DATA_DIR: join(bench.folder, "pipeline"), LAUNCHES_URL: nowhere };
    const { seconds, peakMb } = await runCommandApart("pipeline", ["--from", date], env);
    const steps = await database.db.pipelineStep.findMany({ where: { state: "succeeded" }, orderBy: { startedAt: "asc" } });
    const times = steps.map(({ step, startedAt, finishedAt }) => ({ step, seconds: (Number(finishedAt) - Number(startedAt)) / 1000 }));
    const note = times.map(({ step, seconds }) => `${step} ${seconds.toFixed(1)} s`).join(", ");
    const worked = times.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      pipelineSeconds: {
        value: worked,
        note: `${note}; ${events.toLocaleString("en-US")} events; ${Math.round(seconds)} s with the command's start`,
      },
      pipelineMb: { value: peakMb },
    };
  },
};
