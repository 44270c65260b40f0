import { mkdir } from "node:fs/promises";

/** Bound values; a list is one of texts. */
export type DuckValues = Record<string, string | number | string[]>;

/** What the tasks use of DuckDB: statements with bound values, and rows as plain objects. */
export interface Duck {
  run(sql: string, values?: DuckValues): Promise<void>;
  /** Rows of a small result; integers as bigint where DuckDB has them so. */
  rows<Row>(sql: string, values?: DuckValues): Promise<Row[]>;
}

/** Leaves the rest of 1.5 GB to Node and to what DuckDB does not count. What needs more goes to disk, into `folder`. */
const MEMORY_LIMIT = "640MB";

/** Opens an in-memory DuckDB that spills into `folder`, for as long as `use` runs. An aborted signal stops the running statement. */
export async function withDuckDb<T>(folder: string, signal: AbortSignal | undefined, use: (duck: Duck) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  await mkdir(folder, { recursive: true });
  // Loaded here: a server that never runs a day never has it in its memory.
  const { DuckDBInstance, listValue } = await import("@duckdb/node-api");
  const bind = (values: DuckValues = {}) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? listValue(value) : value]));
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY_LIMIT,
    threads: "2",
    temp_directory: folder,
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await use({
      run: async (sql, values) => void (await connection.run(sql, bind(values))),
      rows: async <Row>(sql: string, values?: DuckValues) => (await connection.runAndReadAll(sql, bind(values))).getRowObjectsJS() as Row[],
    });
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}
