type Plain = number | string | boolean | null;

/** PostgreSQL's notation of an array of numbers, booleans, or words without any special character (ids, enum values). */
export const plainArray = <Row>(rows: readonly Row[], read: (row: Row) => Plain): string =>
  `{${rows.map((row) => read(row) ?? "NULL").join(",")}}`;

const SPECIAL = /["\\]/g;

/** PostgreSQL's notation of an array of any texts. */
export const textArray = <Row>(rows: readonly Row[], read: (row: Row) => string | null): string =>
  plainArray(rows, (row) => {
    const value = read(row);
    return value === null ? null : `"${value.replace(SPECIAL, "\\$&")}"`;
  });
