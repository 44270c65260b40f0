import type { AuditEntry } from "@/lib/store/audit";
import classes from "./settings.module.css";

const words = (details: Record<string, unknown>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

/** What owners and admins did, newest first. */
export function AuditList({ entries, timezone }: { entries: AuditEntry[]; timezone: string }) {
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
