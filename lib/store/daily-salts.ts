import type { Db } from "../db/client";

/** Makes sure the given UTC days (`2026-11-21`) have a salt, destroys those of all other days, and returns what there is. The first server to make a day's salt makes it for all. */
export async function keepDailySalts(db: Db, days: readonly string[], makeSalt: () => string): Promise<Map<string, string>> {
  const salts = days.map(makeSalt);
  await db.$executeRaw`
    INSERT INTO daily_salt (day, salt)
    SELECT day::date, salt FROM unnest(${[...days]}::text[], ${salts}::text[]) AS made (day, salt)
    ON CONFLICT (day) DO NOTHING`;
  await db.$executeRaw`DELETE FROM daily_salt WHERE day < ALL (${[...days]}::text[]::date[])`;
  const rows = await db.$queryRaw<{ day: string; salt: string }[]>`
    SELECT day::text AS day, salt FROM daily_salt WHERE day = ANY (${[...days]}::text[]::date[])`;
  return new Map(rows.map(({ day, salt }) => [day, salt]));
}
