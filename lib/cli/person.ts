import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { env } from "../env";
import { closeRunClient } from "../pipeline/run-client";
import { exportPerson } from "../privacy/export-person";
import { forgetPerson } from "../privacy/forget";
import { readSite } from "../store/read-site";
import { runCommand } from "./command";
import { withDatabase } from "./with-database";

const ACTOR = "command line";
const WHO = "e-mail of an account, key of a user, or key of a visitor";

async function save(db: Db, slug: string, name: string, out: string | undefined): Promise<void> {
  const text = Readable.from(await exportPerson(db, await readSite(db, slug), name, ACTOR));
  if (!out) return pipeline(text, process.stdout, { end: false });
  const path = resolve(env().INIT_CWD ?? ".", out);
  await pipeline(text, createWriteStream(path, { mode: 0o600 }));
  process.stderr.write(`Saved to ${path}.\n`);
}

async function erase(db: Db, databaseUrl: string, slug: string, name: string, sure: boolean | undefined): Promise<void> {
  if (!sure) throw new AppError("invalid", "Erasing cannot be undone: say --yes to do it.");
  const { events, days } = await forgetPerson(db, databaseUrl, await readSite(db, slug), name, ACTOR);
  process.stdout.write(`Erased ${events.toLocaleString("en-US")} events of ${days.length} days; every number is recomputed.\n`);
  await closeRunClient();
  if (days.length > 0)
    process.stdout.write("Those of them that a night had counted are queued: the app counts them again as soon as it runs.\n");
}

await runCommand("person", "Saves, or erases, everything that is known of one person.", (command) => {
  command
    .command("export")
    .argument("<PERSON>", WHO)
    .option("--site <SLUG>", "which site", "demo")
    .option("--out <FILE>", "where to (default: standard output)")
    .action((name: string, { site, out }: { site: string; out?: string }) => withDatabase((db) => save(db, site, name, out)));
  command
    .command("erase")
    .argument("<PERSON>", WHO)
    .option("--site <SLUG>", "which site", "demo")
    .option("--yes", "really")
    .action((name: string, { site, yes }: { site: string; yes?: boolean }) =>
      withDatabase((db, { url }) => erase(db, url, site, name, yes)),
    );
});
