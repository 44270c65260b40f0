import { openDatabase } from "../../lib/db/client";
import { appendEvents } from "../../lib/store/append-events";
import { readSite } from "../../lib/store/read-site";
import { busyLog } from "./busy-log";

/** One server process of the four-writers test: two writers at once, each with its own part of the log. Arguments: address, first and last part. */
const [url = "", ...parts] = process.argv.slice(2);
const db = openDatabase(url);
const site = await readSite(db, "demo");

async function write(part: number) {
  const log = busyLog(part);
  for (let from = 0; from < log.length; from += 37) await appendEvents(db, site, log.slice(from, from + 37));
}

await Promise.all(parts.map((part) => write(Number(part))));
await db.$disconnect();
