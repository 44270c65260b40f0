import type { Db } from "../db/client";

/** What a browser measured of one page view, by the view's own id. Milliseconds; `scroll` in percent of the page; `cls` has no unit. */
export type PageVital = {
  id: string;
  at: Date;
  route: string;
  scroll: number | null;
  lcpMs: number | null;
  inpMs: number | null;
  cls: number | null;
  fcpMs: number | null;
  ttfbMs: number | null;
};

/** Stores what page views measured; a view that is told of again keeps its largest values. */
export async function savePageVitals(db: Db, siteId: number, vitals: readonly PageVital[]): Promise<void> {
  for (const { id, at, route, scroll, lcpMs, inpMs, cls, fcpMs, ttfbMs } of vitals) {
    await db.$executeRaw`
      INSERT INTO page_vital (site_id, id, at, route, scroll, lcp_ms, inp_ms, cls, fcp_ms, ttfb_ms)
      VALUES (${siteId}::smallint, ${id}::uuid, ${at}::timestamptz, ${route}, ${scroll}::smallint, ${lcpMs}::real, ${inpMs}::real, ${cls}::real,
              ${fcpMs}::real, ${ttfbMs}::real)
      ON CONFLICT (site_id, id) DO UPDATE SET
        scroll = greatest(page_vital.scroll, excluded.scroll),
        lcp_ms = greatest(page_vital.lcp_ms, excluded.lcp_ms),
        inp_ms = greatest(page_vital.inp_ms, excluded.inp_ms),
        cls = greatest(page_vital.cls, excluded.cls),
        fcp_ms = coalesce(page_vital.fcp_ms, excluded.fcp_ms),
        ttfb_ms = coalesce(page_vital.ttfb_ms, excluded.ttfb_ms)
      WHERE page_vital.route = excluded.route`;
  }
}
