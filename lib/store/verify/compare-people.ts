import type { Tx } from "../../db/client";
import type { Census, PeopleOfHour } from "./census";
import type { Difference } from "./compare-snapshot";

type HourRow = { day: string; hour: number } & { [Field in keyof PeopleOfHour]: bigint };

/** What people did in each hour of some dates, as it is stored person by person, against the census. */
export async function comparePeople(tx: Tx, siteId: number, census: Census, dates: readonly string[]): Promise<Difference[]> {
  const rows = await tx.$queryRaw<HourRow[]>`
    SELECT day::text, hour, count(*) FILTER (WHERE interactions > 0) AS people, coalesce(sum(person) FILTER (WHERE interactions > 0), 0)::bigint AS persons,
      sum(interactions)::bigint AS interactions, count(*) FILTER (WHERE si_interactions > 0) AS "signedIn",
      sum(si_interactions)::bigint AS "signedInInteractions", sum(logins)::bigint AS logins,
      coalesce(sum(person) FILTER (WHERE registers > 0), 0)::bigint AS registered
    FROM person_hour WHERE site_id = ${siteId}::smallint AND day = ANY (${dates}::date[]) GROUP BY day, hour`;
  const stored = new Map<string, Map<number, number[]>>();
  for (const { day, hour, people, persons, interactions, signedIn, signedInInteractions, logins, registered } of rows) {
    const counts = [people, persons, interactions, signedIn, signedInInteractions, logins, registered].map(Number);
    if (counts.every((count) => count === 0)) continue;
    const hours = stored.get(day) ?? new Map<number, number[]>();
    hours.set(hour, counts);
    stored.set(day, hours);
  }
  return dates.flatMap((date) => {
    const should = census.peopleByHour(date);
    const is = stored.get(date) ?? new Map<number, number[]>();
    return [...new Set([...should.keys(), ...is.keys()])].flatMap((hour) => {
      const expected = JSON.stringify(Object.values(should.get(hour) ?? {}));
      const actual = JSON.stringify(is.get(hour) ?? []);
      const where = `people of ${date}, hour ${hour} [people, their numbers' sum, interactions, signed in, interactions signed in, logins, sum of who registered]`;
      return expected === actual ? [] : [{ where, expected, actual }];
    });
  });
}
