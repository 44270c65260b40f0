import { expect } from "@playwright/test";
import type { Db } from "../../lib/db/client";

export type RecordedEvent = {
  kind: string;
  outcome: string;
  method: string;
  route: string;
  path: string;
  status: number | null;
  user: string | null;
  session: bigint;
  at: Date;
};

/** The events of a visitor, in the order in which they happened. */
export async function readRecorded(db: Db, visitor: string): Promise<RecordedEvent[]> {
  return db.$queryRaw<RecordedEvent[]>`
    SELECT event.kind::text, event.outcome::text, event.method, route.pattern AS route, coalesce(event.path, route.pattern) AS path,
           event.status, known_user.label AS "user", event.session_id AS session, event.at
    FROM event
    JOIN visitor ON visitor.id = event.visitor_id
    JOIN route ON route.id = event.route_id
    LEFT JOIN known_user ON known_user.id = event.user_id
    WHERE visitor.key = ${visitor}
    ORDER BY event.at, event.seq`;
}

/** The routes of a visitor's page views, in order. */
export async function readViews(db: Db, visitor: string): Promise<string[]> {
  const events = await readRecorded(db, visitor);
  return events.filter(({ kind }) => kind === "view").map(({ route }) => route);
}

/** Waits for exactly these page views, no fewer; more would fail too, for the list never comes to be this one then. */
export async function expectViews(db: Db, visitor: string, routes: string[]): Promise<void> {
  await expect.poll(() => readViews(db, visitor), { timeout: 10_000 }).toEqual(routes);
}
