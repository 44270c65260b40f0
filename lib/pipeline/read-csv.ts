/**
 * DuckDB's words for reading a file that Postgres' COPY has written (CSV without a header, NULL unquoted), bound as `$name`, with columns of
 * these types.
 */
export function readCsv(name: string, types: Record<string, string>): string {
  const columns = Object.entries(types).map(([column, type]) => `'${column}': '${type}'`);
  return `read_csv($${name}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
    max_line_size = 1000000, columns = {${columns.join(", ")}})`;
}
