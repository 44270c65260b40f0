import Link from "next/link";
import classes from "./site-frame.module.css";

/** What this site is, in one line. */
export function SiteFooter() {
  return (
    <footer className={classes.footer}>
      <div className={classes.footerInner}>
        <p>A demo site, measured by Footfall on its own server. Nothing is sent to anyone else.</p>
        <Link href="/dashboard">Open the dashboard</Link>
      </div>
    </footer>
  );
}
