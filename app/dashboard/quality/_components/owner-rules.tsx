import { cookies } from "next/headers";
import { requireRole } from "@/lib/auth/require-role";
import { parseVisitorId, VISITOR_COOKIE } from "@/lib/capture/visitor-cookie";
import { db } from "@/lib/db/client";
import { dateAndTime } from "@/lib/metrics/time-labels";
import { readOwnTraffic } from "@/lib/store/own-traffic";
import type { Site } from "@/lib/store/read-site";
import { OwnMarks } from "./own-marks";
import classes from "./rules.module.css";
import { RulesForm } from "./rules-form";

/** What the owner of a site leaves out: rules, and browsers and accounts of their own. Throws AppError `forbidden` for who may not change it. */
export async function OwnerRules({ site }: { site: Site }) {
  await requireRole("admin");
  const marks = await readOwnTraffic(db(), site.id);
  const here = parseVisitorId((await cookies()).get(VISITOR_COOKIE)?.value);
  const mine = here === null ? undefined : marks.find(({ kind, key }) => kind === "visitor" && key === here);
  const shown = marks.map(({ id, label, kind, markedAt }) => ({
    id,
    label,
    kind,
    since: dateAndTime(site.timezone, markedAt.toISOString()),
  }));
  return (
    <div className={classes.columns}>
      <section className={classes.card} aria-labelledby="rules">
        <h3 id="rules">What you leave out</h3>
        <p>Kept apart from now on, on every server within seconds. What was counted before stays counted.</p>
        <RulesForm site={site.slug} {...site.settings.exclude} fastestPages={site.settings.fastestPages} />
      </section>
      <section className={classes.card} aria-labelledby="own-traffic">
        <h3 id="own-traffic">Your own traffic</h3>
        <p>
          Your own clicks need not be in the numbers. Others are marked in the lists of sessions and people, behind any number of the live
          page.
        </p>
        <OwnMarks site={site.slug} mine={mine?.id ?? null} marks={shown} />
      </section>
    </div>
  );
}
