import { openDatabase } from "../db/client";
import { seedHistory } from "../demo/history/seed-history";
import { runTraffic } from "../demo/traffic/run-traffic";
import { readSite } from "../store/read-site";
import { serve } from "./app/serve";
import { describeError, runCommand } from "./command";

const HISTORY = { events: 120_000, days: 30, seed: 1 };
const VISITORS = 12;
const MINUTES_A_RUN = 60;

/** A month of invented history for a database without a single event; one that has some is left as it is. */
async function fillWhenEmpty(databaseUrl: string, step: (text: string) => void): Promise<void> {
  const db = openDatabase(databaseUrl, { poolSize: 2 });
  try {
    const site = await readSite(db, "demo");
    if (await db.event.findFirst({ where: { siteId: site.id }, select: { id: true } })) return;
    step(`Inventing a month of history, ${HISTORY.events.toLocaleString("en-US")} events`);
    await seedHistory(db, site, { ...HISTORY, now: new Date() });
  } finally {
    await db.$disconnect();
  }
}

/** Visitors come and go until it ends. When they can't get through any more the app goes on without them. */
async function keepVisiting(url: string, leaving: AbortSignal): Promise<void> {
  try {
    while (!leaving.aborted) await runTraffic({ url, users: VISITORS, minutes: MINUTES_A_RUN, signal: leaving });
  } catch (error) {
    if (!leaving.aborted) process.stderr.write(`footfall: no more live visitors: ${describeError(error)}\n`);
  }
}

await runCommand("demo", "Serves the app with a month of invented history and live visitors.", (command) => {
  command.action(() =>
    serve({
      mode: "production",
      hint: `${VISITORS} invented visitors are on the site right now`,
      prepare: fillWhenEmpty,
      alongside: keepVisiting,
    }),
  );
});
