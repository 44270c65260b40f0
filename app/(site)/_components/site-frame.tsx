import type { ReactNode } from "react";
import { cachedSettings, OWN_SITE } from "@/lib/capture/site-cache";
import { env } from "@/lib/env";
import { PageBeacon } from "./page-beacon";
import { SiteFooter } from "./site-footer";
import classes from "./site-frame.module.css";
import { SiteHeader } from "./site-header";

/** The measured site's frame: header, the page itself, footer. */
export function SiteFrame({ children }: { children: ReactNode }) {
  return (
    <div className={classes.frame}>
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <SiteHeader />
      <main id="content" tabIndex={-1} className={classes.content}>
        {children}
      </main>
      <SiteFooter />
      <PageBeacon endpoint={env().FOOTFALL_BEACON_PATH} countHashes={cachedSettings(OWN_SITE).countHashes} />
    </div>
  );
}
