import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Brand } from "../_components/brand";
import { ColorSchemeToggle } from "../_components/color-scheme-toggle";
import { currentViewer } from "./_access/open-dashboard";
import { DashboardNav } from "./_components/dashboard-nav";
import classes from "./_components/frame.module.css";
import { QueryProvider } from "./_components/query-provider";
import "./dashboard.css";

export const metadata: Metadata = { title: { default: "Dashboard", template: "%s · Footfall" }, robots: { index: false } };

/** The frame of the dashboard. Someone who may not look gets no frame, only what the page beneath has to say. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const viewer = await currentViewer();
  if (!viewer) return <main>{children}</main>;
  return (
    <div className={classes.frame}>
      <a href="#content" className={classes.skip}>
        Skip to the numbers
      </a>
      <header className={classes.side}>
        <div className={classes.brand}>
          <Brand />
        </div>
        <DashboardNav />
        <div className={classes.foot}>
          <span className={classes.who}>
            <strong title={viewer.email}>{viewer.name}</strong>
            <span className={classes.role}>{viewer.role} · </span>
            <a href="/logout">Sign out</a>
          </span>
          <ColorSchemeToggle />
        </div>
      </header>
      <main id="content" className={classes.content} tabIndex={-1}>
        <QueryProvider>{children}</QueryProvider>
      </main>
    </div>
  );
}
