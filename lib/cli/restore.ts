import { resolve } from "node:path";
import { AppError } from "../app-error";
import { restore } from "../db/backup/restore";
import { openDataFolder } from "../db/embedded/data-folder";
import { env } from "../env";
import { runCommand } from "./command";
import { withDatabase } from "./with-database";

await runCommand("restore", "Puts a backup in the place of the embedded database, while the app does not run.", (command) => {
  command.argument("<FOLDER>", "what npm run backup made").action(async (given: string) => {
    if (env().DATABASE_URL) throw new AppError("invalid", "DATABASE_URL names a server of yours: restore that by its own means.");
    const aside = await restore(openDataFolder(), resolve(env().INIT_CWD ?? ".", given), new Date());
    // Told first: it is wanted most where the restored one does not start.
    if (aside) process.stdout.write(`What was there before is kept in ${aside}; delete it when all is well.\n`);
    // Starting it is the proof that it can be used.
    await withDatabase(async (db) => {
      process.stdout.write(`Restored: ${(await db.event.count()).toLocaleString("en-US")} events.\n`);
    });
  });
});
