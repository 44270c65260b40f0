"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import classes from "./site-frame.module.css";

/** A link of the header that knows whether it is the page shown. */
export function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const current = usePathname() === href;
  return (
    <Link href={href} className={classes.link} aria-current={current ? "page" : undefined}>
      {children}
    </Link>
  );
}
