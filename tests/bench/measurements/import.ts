import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Measurement } from "../measurement";
import { runCommandApart } from "../support/run-command";

/** An activity log from the file to the last number, by the command that people use. */
export const importLog: Measurement = {
  name: "import",
  quick: false,
  figures: [
    { key: "importRowsPerSec", title: "Import of an activity log of 1M rows, end to end", unit: "rows/s", budget: { atLeast: 30_000 } },
    { key: "importMb", title: "Its resident memory at most", unit: "MB", budget: { atMost: 400 } },
  ],
  async measure(bench) {
    const rows = bench.quick ? 5_000 : 1_000_000;
    const { url, db } = await bench.database("import");
    const file = join(bench.folder, "activity.csv");
    await pipeline(Readable.from(activityLog(rows)), createWriteStream(file));
    const { seconds, peakMb } = await runCommandApart("import", [file], { DATABASE_URL: url });
    const stored = await db.event.count();
    if (stored !== rows) throw new Error(`${stored} events of ${rows} rows were stored`);
    return {
      importRowsPerSec: { value: rows / seconds, note: `${seconds.toFixed(1)} s, start of the command included` },
      importMb: { value: peakMb },
    };
  },
};

const ROUTES = ["/", "/house-price", "/celebrity", "/launches", "/profile?tab=2", "/contact"];
const USERS = 20_000;
const DAYS = 30;
/** Visits that go on at the same time: each does something every few minutes. */
const OPEN_VISITS = 60;
const STEPS_A_VISIT = 8;

interface Visit {
  user: number;
  step: number;
  steps: number;
}

/** A log of a month of users who sign in, look around, send forms and leave, in the order of its times; in chunks. */
function* activityLog(rows: number): Generator<string> {
  yield "user_name,user_id,name,surname,gender,method,route,status,time,date\n";
  const start = Date.parse("2022-09-11T00:00:00Z");
  const visits = Array.from({ length: OPEN_VISITS }, begin);
  let chunk = "";
  for (let row = 0; row < rows; row += 1) {
    const place = Math.floor(Math.random() * OPEN_VISITS);
    const visit = visits[place] as Visit;
    const [method, route] = act(visit);
    if (visit.step === visit.steps) visits[place] = begin();
    const status = method === "POST" && Math.random() < 0.1 ? "Error" : "Success";
    const [date, time] = new Date(start + Math.floor((row / rows) * DAYS * 86_400_000)).toISOString().slice(0, 19).split("T");
    const { user } = visit;
    chunk += `user${user},${user},Name${user},Surname${user},${user % 2 ? "m" : "f"},${method},${route},${status},${time},${date}\n`;
    if (row % 1_000 === 999 || row === rows - 1) {
      yield chunk;
      chunk = "";
    }
  }
}

/** Some come every day, most now and then. */
const begin = (): Visit => ({
  user: Math.floor(Math.random() ** 1.5 * USERS),
  step: 0,
  steps: 2 + Math.floor(-Math.log(1 - Math.random()) * (STEPS_A_VISIT - 1.5)),
});

/** What a visitor does next: signs in, reads and sends, and one in two signs out at the end. */
function act(visit: Visit): [method: string, route: string] {
  visit.step += 1;
  if (visit.step === 1) return ["POST", "/login"];
  if (visit.step === visit.steps && visit.user % 2 === 0) return ["GET", "/logout"];
  return [Math.random() < 0.15 ? "POST" : "GET", ROUTES[Math.floor(Math.random() * ROUTES.length)] ?? "/"];
}
