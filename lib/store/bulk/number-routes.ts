import type { Client } from "pg";
import type { Db } from "../../db/client";
import { resolveRoutes } from "../resolve-dimensions";

const ROUTES_REMEMBERED = 20_000;
const ROUTES_AT_ONCE = 5_000;

/** A route's number while its events are staged; with its pattern where the number is new. */
interface NumberedRoute {
  number: number;
  pattern: string | null;
}

/**
 * Numbers routes as they come, so that nothing is stored of a file that is refused in the end. One that was not seen for long may get a second number:
 * what is remembered has a limit.
 */
export function createRouteNumbers(): (pattern: string) => NumberedRoute {
  const numbers = new Map<string, number>();
  let last = 0;
  return (pattern) => {
    const known = numbers.get(pattern);
    if (known !== undefined) return { number: known, pattern: null };
    if (numbers.size >= ROUTES_REMEMBERED) numbers.clear();
    last += 1;
    numbers.set(pattern, last);
    return { number: last, pattern };
  };
}

/** Finds or makes the routes that `staging` has numbers for, and writes which is which into the table `staged_route`. */
export async function nameRoutes(db: Db, connection: Client, siteId: number): Promise<void> {
  await connection.query("CREATE TEMP TABLE staged_route (number INTEGER, id INTEGER) ON COMMIT DROP");
  await connection.query("DECLARE new_route NO SCROLL CURSOR FOR SELECT route AS number, pattern FROM staging WHERE pattern IS NOT NULL");
  for (;;) {
    const { rows } = await connection.query<{ number: number; pattern: string }>(`FETCH ${ROUTES_AT_ONCE} FROM new_route`);
    if (rows.length === 0) break;
    const ids = await resolveRoutes(db, siteId, new Set(rows.map(({ pattern }) => pattern)));
    await connection.query("INSERT INTO staged_route SELECT * FROM unnest($1::INTEGER[], $2::INTEGER[])", [
      rows.map(({ number }) => number),
      rows.map(({ pattern }) => ids.get(pattern)),
    ]);
  }
  await connection.query("CLOSE new_route");
  await connection.query("ANALYZE staged_route");
}
