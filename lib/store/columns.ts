import { BinaryWriter } from "./binary-writer";

type Value = number | string | boolean | null;

/** A type of PostgreSQL, as a column is given to it: its number, and how a value of it is written. */
interface ColumnType {
  oid: number;
  write(to: BinaryWriter, value: never): void;
}

const TYPES = {
  boolean: { oid: 16, write: (to, value: boolean) => to.boolean(value) },
  smallint: { oid: 21, write: (to, value: number) => to.smallint(value) },
  integer: { oid: 23, write: (to, value: number) => to.integer(value) },
  bigint: { oid: 20, write: (to, value: number) => to.bigint(value) },
  real: { oid: 700, write: (to, value: number) => to.real(value) },
  text: { oid: 25, write: (to, value: string) => to.text(value) },
  uuid: { oid: 2950, write: (to, value: string) => to.uuid(value) },
  date: { oid: 1082, write: (to, value: number) => to.date(value) },
  timestamptz: { oid: 1184, write: (to, value: number) => to.timestamptz(value) },
} satisfies Record<string, ColumnType>;

type TypeName = keyof typeof TYPES;
type ValueOf<Type extends TypeName> = Parameters<(typeof TYPES)[Type]["write"]>[1];

/** A column of a table: its type, and where a row has its value. Instants are UTC milliseconds, dates counts of days since 1970-01-01. */
export interface Column<Row> {
  type: TypeName;
  /** Writes a row's value. */
  write(to: BinaryWriter, row: Row): void;
}

export function column<Row, Type extends TypeName>(type: Type, read: (row: Row) => ValueOf<Type> | null): Column<Row> {
  const write = TYPES[type].write as (to: BinaryWriter, value: Value) => void;
  return {
    type,
    write: (to, row) => {
      const value = read(row);
      if (value === null) to.null();
      else write(to, value);
    },
  };
}

/** How a binary COPY begins: its signature, no flags, no extension. */
export const COPY_HEAD = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const COPY_END = -1;
/** About what a value takes: the writer grows where it is not enough. */
const VALUE_BYTES = 14;

/** Rows as `COPY … FROM STDIN (FORMAT binary)` reads them: all of them, or a piece of what is sent in several, after `COPY_HEAD`. */
export function copyRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], piece: "whole" | "piece" = "whole"): Buffer {
  const to = new BinaryWriter(64 + rows.length * columns.length * VALUE_BYTES);
  if (piece === "whole") to.raw(COPY_HEAD);
  for (const row of rows) {
    to.rawInt16(columns.length);
    for (const { write } of columns) write(to, row);
  }
  if (piece === "whole") to.rawInt16(COPY_END);
  return to.finish();
}

/** A column of rows as a binary array, to be passed as a parameter. */
export function arrayOf<Row>(rows: readonly Row[], { type, write }: Column<Row>): Buffer {
  const to = new BinaryWriter(20 + rows.length * VALUE_BYTES);
  to.rawInt32(rows.length === 0 ? 0 : 1);
  to.rawInt32(1);
  to.rawInt32(TYPES[type].oid);
  if (rows.length > 0) {
    to.rawInt32(rows.length);
    to.rawInt32(1);
    for (const row of rows) write(to, row);
  }
  return to.finish();
}
