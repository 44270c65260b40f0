import type { Tx } from "../../db/client";
import type { Difference } from "./compare-snapshot";

/** Events that stand in the log more than once, at most `most` of them: an id counts once, and no constraint of the database says so. */
export async function findDoubledEvents(
  tx: Tx,
  siteId: number,
  { from, to }: { from: Date | null; to: Date | null },
  most: number,
): Promise<Difference[]> {
  const doubled = await tx.$queryRaw<{ id: string; times: number }[]>`
    SELECT id::text, count(*)::integer AS times FROM event
    WHERE site_id = ${siteId}::smallint AND (${from}::timestamptz IS NULL OR at >= ${from}::timestamptz) AND (${to}::timestamptz IS NULL OR at < ${to}::timestamptz)
    GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT ${most}`;
  return doubled.map(({ id, times }) => ({ where: `event ${id} [times in the log]`, expected: "1", actual: String(times) }));
}
