import type { Db } from "../db/client";
import type { FoundPerson } from "./find-person";
import { FEED_COLUMNS, FEED_TABLES, type FeedEvent } from "./read-events";

/** An event as its person may have it: with the address and the referrer besides what people read elsewhere. */
export interface PersonEvent extends FeedEvent {
  seq: string;
  address: string | null;
  referrer: string | null;
  userAgent: string | null;
}

const PAGE = 2_000;

/** Everything in a site's log about a person, in the order of arrival, a page at a time. The same events that erasing them removes. */
export async function* readPersonEvents(db: Db, siteId: number, person: FoundPerson): AsyncGenerator<PersonEvent[]> {
  const users = person.users.map(({ id }) => id);
  const visitors = person.visitors.map(({ id }) => id);
  for (let after = 0n; ; ) {
    const rows = await db.$queryRaw<PersonEvent[]>`
      SELECT ${FEED_COLUMNS}, e.address, referral.referrer, client.user_agent AS "userAgent"
      FROM ${FEED_TABLES} LEFT JOIN referral ON referral.id = e.referral_id
      WHERE e.site_id = ${siteId}::smallint AND e.seq > ${after}
        AND (e.user_id = ANY(${users}::bigint[]) OR (e.visitor_id = ANY(${visitors}::bigint[]) AND e.user_id IS NULL))
      ORDER BY e.seq LIMIT ${PAGE}`;
    if (rows.length === 0) return;
    yield rows;
    after = BigInt(rows.at(-1)?.seq ?? 0);
  }
}

/** What an export begins with: who they are here. */
export const describePerson = ({ account, users, visitors }: FoundPerson) => ({
  account,
  users: users.map(({ key, label, gender }) => ({ key, label, gender })),
  visitors: visitors.map(({ key }) => key),
});
