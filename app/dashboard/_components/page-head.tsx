import type { ReactNode } from "react";
import classes from "./page-head.module.css";

/** The title of a dashboard page, one sentence of what it shows, and what can be done here. */
export function PageHead({ title, lead, children }: { title: string; lead: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.head}>
      <div>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.lead}>{lead}</p>
      </div>
      {children}
    </div>
  );
}
