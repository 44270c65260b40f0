import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { readAudit } from "@/lib/store/audit";
import classes from "./settings.module.css";

const words = (details: Record<string, unknown>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

const LENGTH = 50;

/** What owners and admins did, newest first. Throws AppError `forbidden` for who is neither. */
export async function AuditList({ timezone }: { timezone: string }) {
  await requireRole("admin");
  const entries = await readAudit(db(), LENGTH);
  if (entries.length === 0) return <p>Nothing yet.</p>;
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: timezone });
  return (
    <dl className={classes.facts}>
      {entries.map(({ at, actor, action, details }) => (
        <div key={`${at.getTime()} ${actor} ${action}`} style={{ display: "contents" }}>
          <dt>
            <time dateTime={at.toISOString()}>{format.format(at)}</time>
          </dt>
          <dd>
            <strong>{action}</strong> by {actor}
            {Object.keys(details).length > 0 && ` (${words(details)})`}
          </dd>
        </div>
      ))}
    </dl>
  );
}
