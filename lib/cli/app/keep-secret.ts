import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkAuthSecret, isLocalDatabase } from "../../auth/auth-secret";
import { env } from "../../env";

/**
 * AUTH_SECRET, else the one of this installation: made at its first start and kept in the data folder for its owner's eyes only.
 * Throws AppError `invalid` when it is weak, or missing where none may be made up.
 */
export async function keepSecret(dataFolder: string, mode: "production" | "development"): Promise<string> {
  const { AUTH_SECRET: given, DATABASE_URL } = env();
  checkAuthSecret(given, { mayGenerate: mode === "development" || !DATABASE_URL || isLocalDatabase(DATABASE_URL) });
  if (given) return given;
  const path = join(dataFolder, "auth-secret");
  // Of two that start at once the first one's secret counts.
  await writeFile(path, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return (await readFile(path, "utf8")).trim();
}
