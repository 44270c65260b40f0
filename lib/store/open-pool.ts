import pg from "pg";

/** A small pool of plain connections, for what brings its own SQL. The one who opens it ends it. */
export function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, idleTimeoutMillis: 30_000 });
  // An idle connection that breaks is replaced at its next use; a busy one rejects its query.
  pool.on("error", () => undefined);
  return pool;
}
