import { runCommand } from "./command";
import { withDatabase } from "./with-database";

await runCommand(
  "db:migrate",
  "Brings the database to this version: tables, partitions, the first site and an owner. Safe to repeat.",
  (command) => {
    command.action(async () => {
      await withDatabase(async (db) => {
        const sites = await db.site.count();
        process.stdout.write(`The database is up to date (${sites} ${sites === 1 ? "site" : "sites"}).\n`);
      });
    });
  },
);
