import type { Db } from "../db/client";
import type { Launch } from "../db/generated/client";

export type { Launch };

const HOUR_MS = 3_600_000;
/** What the source allows an hour to those who do not pay. */
const ASKS_AN_HOUR = 15;
const KEPT_MS = 90 * 24 * HOUR_MS;

/** What the source last told of its answer, and when. */
export interface LaunchSourceState {
  etag: string | null;
  lastModified: string | null;
  /** When the list was last known to be true. */
  checkedAt: Date | null;
}

/** The launches after `now` less a day, soonest first, and when the list was last known to be true. */
export async function readUpcomingLaunches(db: Db, now: Date, limit: number): Promise<{ launches: Launch[]; checkedAt: Date | null }> {
  const since = new Date(now.getTime() - 24 * HOUR_MS);
  const [launches, source] = await Promise.all([
    db.launch.findMany({ where: { net: { gte: since } }, orderBy: [{ net: "asc" }, { name: "asc" }], take: limit }),
    db.launchSource.findUnique({ where: { id: 1 } }),
  ]);
  return { launches, checkedAt: source?.checkedAt ?? null };
}

/** One launch, or null. */
export function readLaunch(db: Db, slug: string): Promise<Launch | null> {
  return db.launch.findUnique({ where: { slug } });
}

/**
 * Asks leave for one call to the source, and notes it: whoever calls, from whatever process, together they stay below its limit.
 * Returns what is known, or why not to call now.
 */
export async function claimAsk(db: Db, now: Date, freshForMs: number): Promise<LaunchSourceState | { refused: string }> {
  return db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ checkedAt: Date | null; notBefore: Date | null; asked: Date[] }[]>`
      SELECT checked_at AS "checkedAt", not_before AS "notBefore", asked FROM launch_source WHERE id = 1 FOR UPDATE`;
    const recent = (row?.asked ?? []).filter((at) => now.getTime() - at.getTime() < HOUR_MS);
    const minutes = (ms: number) => Math.max(1, Math.round(ms / 60_000));
    if (row?.notBefore && row.notBefore > now)
      return { refused: `the source asked to wait another ${minutes(row.notBefore.getTime() - now.getTime())} min` };
    if (row?.checkedAt && now.getTime() - row.checkedAt.getTime() < freshForMs)
      return { refused: `the list is only ${minutes(now.getTime() - row.checkedAt.getTime())} min old` };
    if (recent.length >= ASKS_AN_HOUR)
      return { refused: `the source was asked ${recent.length} times in the last hour, which is its limit` };
    const { etag, lastModified, checkedAt } = await tx.launchSource.update({ where: { id: 1 }, data: { asked: [...recent, now] } });
    return { etag, lastModified, checkedAt };
  });
}

/** Notes that the list is still as it was. */
export async function noteUnchanged(db: Db, now: Date): Promise<void> {
  await db.launchSource.update({ where: { id: 1 }, data: { checkedAt: now, notBefore: null } });
}

/** Notes that the source does not want to be asked before that moment. */
export async function noteRefusal(db: Db, notBefore: Date): Promise<void> {
  await db.launchSource.update({ where: { id: 1 }, data: { notBefore } });
}

/** Puts a new list in place of the upcoming launches, in one transaction; past ones stay for a while, so their pages do. */
export async function replaceLaunches(
  db: Db,
  launches: Launch[],
  source: { etag: string | null; lastModified: string | null },
  now: Date,
): Promise<void> {
  await db.$transaction(async (tx) => {
    const ids = launches.map(({ id }) => id);
    const slugs = launches.map(({ slug }) => slug);
    await tx.launch.deleteMany({
      where: {
        OR: [{ id: { in: ids } }, { slug: { in: slugs } }, { net: { gt: now } }, { net: { lt: new Date(now.getTime() - KEPT_MS) } }],
      },
    });
    await tx.launch.createMany({ data: launches });
    const { etag, lastModified } = source;
    await tx.launchSource.update({ where: { id: 1 }, data: { etag, lastModified, checkedAt: now, changedAt: now, notBefore: null } });
  });
}
