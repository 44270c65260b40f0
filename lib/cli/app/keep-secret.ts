import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "../../env";

/** AUTH_SECRET, else the one of this installation: made at its first start and kept in the data folder for its owner's eyes only. */
export async function keepSecret(dataFolder: string): Promise<string> {
  const given = env().AUTH_SECRET;
  if (given) return given;
  const path = join(dataFolder, "auth-secret");
  // Of two that start at once the first one's secret counts.
  await writeFile(path, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return (await readFile(path, "utf8")).trim();
}
