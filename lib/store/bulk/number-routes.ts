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

interface RouteNumbers {
  numberOf(pattern: string): NumberedRoute;
  /** The number of every pattern so far; null once some were forgotten. */
  all(): ReadonlyMap<string, number> | null;
}

/**
 * Numbers routes as they come, so that nothing is stored of a file that is refused in the end. One that was not seen for long may get a second number:
 * what is remembered has a limit.
 */
export function createRouteNumbers(): RouteNumbers {
  const numbers = new Map<string, number>();
  let last = 0;
  return {
    numberOf(pattern) {
      const known = numbers.get(pattern);
      if (known !== undefined) return { number: known, pattern: null };
      if (numbers.size >= ROUTES_REMEMBERED) numbers.clear();
      last += 1;
      numbers.set(pattern, last);
      return { number: last, pattern };
    },
    all: () => (numbers.size === last ? numbers : null),
  };
}

/** Finds or makes the routes that `staging` has numbers for, and writes which is which into the table `staged_route`. Asks `staging` only for what was forgotten. */
export async function nameRoutes(db: Db, connection: Client, siteId: number, numbers: RouteNumbers): Promise<void> {
  await connection.query("CREATE TEMP TABLE staged_route (number INTEGER, id INTEGER) ON COMMIT DROP");
  const all = numbers.all();
  for await (const routes of all ? inParts(all) : readStagedRoutes(connection)) {
    const ids = await resolveRoutes(db, siteId, new Set(routes.map(({ pattern }) => pattern)));
    await connection.query("INSERT INTO staged_route SELECT * FROM unnest($1::INTEGER[], $2::INTEGER[])", [
      routes.map(({ number }) => number),
      routes.map(({ pattern }) => ids.get(pattern)),
    ]);
  }
  await connection.query("ANALYZE staged_route");
}

type StagedRoute = { number: number; pattern: string };

function* inParts(numbers: ReadonlyMap<string, number>): Generator<StagedRoute[]> {
  const routes = Array.from(numbers, ([pattern, number]) => ({ number, pattern }));
  for (let from = 0; from < routes.length; from += ROUTES_AT_ONCE) yield routes.slice(from, from + ROUTES_AT_ONCE);
}

async function* readStagedRoutes(connection: Client): AsyncGenerator<StagedRoute[]> {
  await connection.query("DECLARE new_route NO SCROLL CURSOR FOR SELECT route AS number, pattern FROM staging WHERE pattern IS NOT NULL");
  for (;;) {
    const { rows } = await connection.query<StagedRoute>(`FETCH ${ROUTES_AT_ONCE} FROM new_route`);
    if (rows.length === 0) break;
    yield rows;
  }
  await connection.query("CLOSE new_route");
}
