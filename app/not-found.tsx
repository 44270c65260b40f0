import type { Metadata } from "next";
import Link from "next/link";
import classes from "./_components/notice.module.css";
import { SiteFrame } from "./(site)/_components/site-frame";

export const metadata: Metadata = { title: "Page not found" };

/** What an address that leads nowhere shows, with status 404. */
export default function NotFound() {
  return (
    <SiteFrame>
      <section className={classes.notice}>
        <p className={classes.code}>404</p>
        <h1>There is no page here.</h1>
        <p>The address may be mistyped, or the page may have gone. The footprints end here.</p>
        <p>
          <Link href="/">Back to the start</Link>
        </p>
      </section>
    </SiteFrame>
  );
}
