import type { Client } from "pg";

type Table = "session" | "person_hour";

/** Their pages leave room for the updates of what goes on, as the migrations say. */
const LEAVE_ROOM: Record<Table, string> = {
  session: "ALTER TABLE session SET (fillfactor = 80)",
  person_hour: "ALTER TABLE person_hour SET (fillfactor = 80)",
};
const FILL: Record<Table, string> = {
  session: "ALTER TABLE session SET (fillfactor = 100)",
  person_hour: "ALTER TABLE person_hour SET (fillfactor = 100)",
};

/**
 * Runs something that writes a whole history into a table: what is over is not updated any more, and takes a fifth less without room for it. Other
 * transactions never see the other setting; its lock keeps nobody out but whoever else would gather statistics, as the end of a rebuild does too.
 */
export async function withFullPages<Result>(connection: Client, table: Table, run: () => Promise<Result>): Promise<Result> {
  await connection.query(FILL[table]);
  const result = await run();
  await connection.query(LEAVE_ROOM[table]);
  return result;
}
