"use client";

import {
  IconActivityHeartbeat,
  IconBook2,
  IconNumbers,
  IconSettings,
  IconShieldCheck,
  IconTopologyStar3,
  IconUsersGroup,
} from "@tabler/icons-react";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import classes from "./frame.module.css";

const PAGES = [
  { path: "/dashboard", label: "Live", icon: IconActivityHeartbeat },
  { path: "/dashboard/numbers", label: "Numbers", icon: IconNumbers },
  { path: "/dashboard/visitors", label: "Visitors", icon: IconUsersGroup },
  { path: "/dashboard/pipeline", label: "Pipeline", icon: IconTopologyStar3 },
  { path: "/dashboard/quality", label: "Traffic quality", icon: IconShieldCheck },
  { path: "/dashboard/definitions", label: "Definitions", icon: IconBook2 },
  { path: "/dashboard/settings", label: "Settings", icon: IconSettings },
] as const;

/** The rows behind a number belong to the live page. */
const isCurrent = (path: string, current: string): boolean =>
  path === "/dashboard" ? current === path || current.startsWith("/dashboard/rows") : current.startsWith(path);

export function DashboardNav() {
  const current = usePathname();
  const site = useSearchParams().get("site");
  const suffix = site ? `?site=${encodeURIComponent(site)}` : "";
  return (
    <nav aria-label="Dashboard" className={classes.navigation}>
      <ul className={classes.nav}>
        {PAGES.map(({ path, label, icon: Icon }) => (
          <li key={path}>
            <Link
              href={`${path}${suffix}`}
              prefetch={false}
              className={classes.link}
              aria-current={isCurrent(path, current) ? "page" : undefined}
            >
              <Icon size={18} stroke={1.7} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
