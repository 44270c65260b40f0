import { resolve } from "node:path";
import { AppError } from "../app-error";
import { maskEvents } from "../capture/mask-events";
import { expectLog, type ImportReport, importOldLog } from "../capture/old-logs/import-old-log";
import { openDataFolder } from "../db/embedded/data-folder";
import { env } from "../env";
import { isTimezone } from "../metrics/calendar";
import { bulkAppend } from "../store/bulk-append";
import { keptFrom, readSite } from "../store/read-site";
import { keepSecret } from "./app/keep-secret";
import { runCommand } from "./command";
import { startProgressBar } from "./progress-bar";
import { listRejections } from "./rejected-rows";
import { withDatabase } from "./with-database";

interface Options {
  site: string;
  timezone?: string;
  keepGoing?: boolean;
  rejects?: string;
}

const count = (number: number, noun: string) => `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
// npm runs commands from the clone; a file is named from where the person is.
const fromHere = (file: string) => resolve(env().INIT_CWD ?? ".", file);

/** Of rows that are in the log at another instant than the file has in that zone. */
function describeElsewhere({ duplicates, otherInstants }: ImportReport, timezone: string): string {
  const which = otherInstants === duplicates ? "read" : `${otherInstants.toLocaleString("en-US")} of them read`;
  return `${which} in another time zone than ${timezone}; they keep the instants they have`;
}

async function importFile(file: string, options: Options): Promise<void> {
  const { timezone, keepGoing } = options;
  if (timezone !== undefined && !isTimezone(timezone))
    throw new AppError("invalid", `--timezone must be an IANA name such as Europe/Berlin, not "${timezone}".`, { field: "--timezone" });
  const log = fromHere(file);
  await expectLog(log);
  const rejected = await listRejections(options.rejects === undefined ? undefined : fromHere(options.rejects), log);
  await withDatabase(async (db) => {
    const site = await readSite(db, options.site);
    const { addressPrivacy } = site.settings;
    const secret = addressPrivacy === "keep" ? "" : await keepSecret(openDataFolder(), "development");
    const bar = startProgressBar("  {bar} {percentage}% · {duration_formatted}");
    let succeeded = false;
    try {
      const source = { site: site.slug, timezone: timezone ?? site.timezone, bounds: { now: new Date(), keptFrom: keptFrom(site) } };
      const report = await importOldLog(
        log,
        source,
        (batches) => bulkAppend(db, site, maskEvents(batches, addressPrivacy, secret), { equalIds: "equal rows" }),
        {
          keepGoing,
          onRejection: rejected.add,
          onProgress: ({ bytesRead, bytes }) => bar.update(bytesRead, Math.max(bytes, bytesRead)),
        },
      );
      succeeded = true;
      const known = report.duplicates > 0 ? `, ${report.duplicates.toLocaleString("en-US")} were there already` : "";
      const elsewhere = report.otherInstants > 0 ? ` (${describeElsewhere(report, source.timezone)})` : "";
      const erased = report.erased > 0 ? `, ${report.erased.toLocaleString("en-US")} of persons who were erased left out` : "";
      const refused = report.rejected > 0 ? `, ${count(report.rejected, "row")} rejected` : "";
      process.stdout.write(`${count(report.appended, "event")} imported into ${site.slug}${known}${elsewhere}${erased}${refused}.\n`);
    } finally {
      bar.stop();
      await rejected.close(succeeded);
    }
  });
}

await runCommand("import", "Imports an old log: an activity log or a page-access file, told apart by the header.", (command) => {
  command
    .argument("<FILE>", "a CSV file in UTF-8")
    .option("--site <SLUG>", "the site it belongs to", "demo")
    .option("--timezone <ZONE>", "time zone of the file's dates and times (default: the site's)")
    .option("--keep-going", "take the good rows although others are rejected")
    .option("--rejects <CSV>", "write every rejected row's line and reason to that file")
    .action(importFile);
});
