import { AppError } from "../app-error";

/** Where a page of rows ended: the sort key of its last row and the number that breaks ties. */
export interface RowCursor {
  key: number;
  id: string;
}

export const writeCursor = ({ key, id }: RowCursor): string => `${key}.${id}`;

/** Reads a cursor as a page's address gave it. Throws an AppError that names `after`. */
export function readCursor(text: string | undefined): RowCursor | null {
  if (text === undefined) return null;
  const [, key, id] = /^(-?\d{1,15})\.(-?\d{1,18})$/.exec(text) ?? [];
  if (key === undefined || id === undefined)
    throw new AppError("invalid", "after: is not a place in this list; start again at its top.", { field: "after" });
  return { key: Number(key), id };
}

/** Cuts the one row too many that was asked for, and tells where the next page begins. */
export function cutPage<Row>(rows: Row[], size: number, cursorOf: (row: Row) => RowCursor): { rows: Row[]; next: string | null } {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return { rows: page, next: rows.length > size && last ? writeCursor(cursorOf(last)) : null };
}
