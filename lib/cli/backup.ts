import { mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "../app-error";
import { backUp } from "../db/backup/back-up";
import { openDataFolder } from "../db/embedded/data-folder";
import { env } from "../env";
import { runCommand } from "./command";
import { openMigratedDatabase } from "./with-database";

await runCommand("backup", "Copies the embedded database to a folder, also while the app runs.", (command) => {
  command.argument("[FOLDER]", "a new folder (default: backups/<now> in the data folder)").action(async (given?: string) => {
    if (env().DATABASE_URL)
      throw new AppError("invalid", "DATABASE_URL names a server of yours: back that up by its own means, such as pg_dump.");
    const name = new Date().toISOString().replace(/[:.]/g, "-");
    const folder = given ? resolve(env().INIT_CWD ?? ".", given) : join(openDataFolder(), "backups", name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length > 0) throw new AppError("conflict", `${folder} is not empty: name a new folder.`);
    const database = await openMigratedDatabase();
    try {
      const bytes = await backUp(database.url, database.home ?? "", folder);
      process.stdout.write(`Saved ${(bytes / 1_048_576).toFixed(1)} MB to ${folder}\nRestore with: npm run restore -- ${folder}\n`);
    } finally {
      await database.release();
    }
  });
});
