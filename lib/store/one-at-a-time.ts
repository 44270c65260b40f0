import pg from "pg";
import { AppError } from "../app-error";

const TRY_EVERY_MS = 200;
const PATIENCE_MS = 120_000;

/**
 * Runs `act` while no other process of this database runs one of the same name; the others wait for it. Throws AppError `unavailable` after
 * two minutes of waiting.
 */
export async function oneAtATime<T>(url: string, name: string, act: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  client.on("error", () => undefined);
  try {
    const until = Date.now() + PATIENCE_MS;
    // Asked again and again instead of waited for: a statement that waits would hold up an index that is built concurrently meanwhile.
    while (!(await tryLock(client, name))) {
      if (Date.now() > until) throw new AppError("unavailable", `another process has not finished with ${name} for two minutes.`);
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
    return await act();
  } finally {
    await client.end();
  }
}

async function tryLock(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock(hashtextextended('footfall.once:' || $1, 0)) AS locked",
    [name],
  );
  return rows[0]?.locked ?? false;
}
