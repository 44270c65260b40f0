import type { Metadata } from "next";
import { METRICS } from "@/lib/metrics/catalogue";
import { openDashboard } from "../_access/open-dashboard";
import { PageHead } from "../_components/page-head";
import classes from "./definitions.module.css";

export const metadata: Metadata = { title: "Definitions" };

const OVER = {
  events: "Of what happened in the period.",
  sessions: "Over the sessions that begin in the period, each taken whole.",
} as const;

const GROUND = [
  [
    "Event",
    "One thing a visitor did: a page opened, a form sent, a registration, a sign-in, a sign-out. Heartbeats of an open page are events too, but no interactions.",
  ],
  [
    "Session",
    "A visitor's events in order. A new one begins after more than 30 minutes without an event, after a sign-out, and when someone signs in again who was signed in already.",
  ],
  [
    "Person",
    "The user who signed in during a session, else the user its visitor is known as, else the visitor. Who signs in is recognised in earlier visits too, and counted once.",
  ],
  ["Conversion", "A form that was sent and accepted."],
  ["Lens", "“Everyone” sees all sessions. “Signed in” sees only sessions with a sign-in, and of those only the part from the sign-in on."],
  [
    "Period",
    "A day is a calendar day in the site's time zone, by the hour: 23, 24 or 25 of them. A week is that day and the six before it, by the day.",
  ],
  ["No value", "A ratio or a mean over nothing is a dash, never a zero. Nothing is rounded before it is shown."],
  ["Bots", "Traffic of machines is kept apart, with the reason, and no number counts it."],
] as const;

/** What every number means, from the one catalogue that the tiles, the API and the exports share. */
export default async function DefinitionsPage() {
  await openDashboard("/dashboard/definitions");
  return (
    <>
      <PageHead
        title="Definitions"
        lead="One definition for each number: the dashboard, the API, the exports and the command line share them."
      />
      <dl className={classes.list}>
        {METRICS.map(({ id, label, unit, over, definition }) => (
          <div key={id} id={id} className={classes.entry}>
            <dt>
              {label} <code>{id}</code>
            </dt>
            <dd>
              {definition}
              <span className={classes.how}>
                Unit: {unit}. {OVER[over]}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <h2 className={classes.heading}>The words they use</h2>
      <dl className={classes.list}>
        {GROUND.map(([term, meaning]) => (
          <div key={term} className={classes.entry}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
