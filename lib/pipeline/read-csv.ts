/**
 * DuckDB's words for reading a file that Postgres' COPY has written (CSV, NULL unquoted, by default without a header), bound as `$name`, with columns of
 * these types.
 */
export function readCsv(name: string, types: Record<string, string>, { header = false } = {}): string {
  const columns = Object.entries(types).map(([column, type]) => `'${column}': '${type}'`);
  return `read_csv($${name}, auto_detect = false, header = ${header}, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
    max_line_size = 1000000, columns = {${columns.join(", ")}})`;
}
