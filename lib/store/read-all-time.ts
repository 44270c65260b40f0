import type { Gender } from "../capture/event";
import type { Db, Tx } from "../db/client";
import type { RouteViews } from "../metrics/snapshot";

/** A site's whole history in a few numbers. */
export interface AllTime {
  /** The local date of its first event, or null without any. */
  since: string | null;
  actions: number;
  genderRatio: Record<Gender, number>;
  pageViews: RouteViews[];
}

/** Everything a site ever saw: interactions, people by gender, views by route. From the rollups, and people from what each did by the hour. */
export async function readAllTime(db: Db | Tx, siteId: number): Promise<AllTime> {
  const [totals, genders, routes] = await Promise.all([
    db.$queryRaw<{ since: string | null; actions: number }[]>`
      SELECT min(day)::text AS since, coalesce(sum(actions), 0)::float8 AS actions
      FROM rollup WHERE site_id = ${siteId}::smallint AND grain = 'day' AND actions > 0`,
    db.$queryRaw<{ gender: Gender; people: number }[]>`
      WITH people AS (
        SELECT person FROM person_hour WHERE site_id = ${siteId}::smallint AND interactions > 0 GROUP BY person)
      SELECT coalesce(known_user.gender, 'unknown')::text AS gender, count(*)::float8 AS people
      FROM people LEFT JOIN known_user ON known_user.id = people.person
      GROUP BY 1`,
    db.$queryRaw<{ route: string; views: number }[]>`
      SELECT route.pattern AS route, sum(r.views)::float8 AS views
      FROM rollup_route r JOIN route ON route.id = r.route_id
      WHERE r.site_id = ${siteId}::smallint AND r.grain = 'day'
      GROUP BY route.pattern HAVING sum(r.views) > 0
      ORDER BY sum(r.views) DESC, route.pattern`,
  ]);
  const total = routes.reduce((sum, { views }) => sum + views, 0);
  const people = (gender: Gender) => genders.find((row) => row.gender === gender)?.people ?? 0;
  return {
    since: totals[0]?.since ?? null,
    actions: totals[0]?.actions ?? 0,
    genderRatio: { m: people("m"), f: people("f"), unknown: people("unknown") },
    pageViews: routes.map(({ route, views }) => ({ route, views, share: views / total })),
  };
}
