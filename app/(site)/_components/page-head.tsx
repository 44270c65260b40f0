import type { ReactNode } from "react";
import classes from "./page-head.module.css";

/** A page's title and one line on what it is for. */
export function PageHead({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.head}>
      <h1>{title}</h1>
      <p>{children}</p>
    </div>
  );
}
