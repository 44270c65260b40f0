import Link from "next/link";
import { Brand } from "@/app/_components/brand";
import { ColorSchemeToggle } from "@/app/_components/color-scheme-toggle";
import { readViewer } from "@/lib/auth/read-viewer";
import { NavLink } from "./nav-link";
import classes from "./site-frame.module.css";

/** Who is signed in, and the ways around the site. On a phone the ways take a row of their own; no script is needed. */
export async function SiteHeader() {
  const viewer = await readViewer();
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <Brand />
        <nav aria-label="Main" className={classes.nav}>
          <NavLink href="/house-price">House price</NavLink>
          <NavLink href="/celebrity">Celebrity</NavLink>
          <NavLink href="/launches">Launches</NavLink>
          {viewer && viewer.role !== "member" && <NavLink href="/dashboard">Dashboard</NavLink>}
        </nav>
        <div className={classes.account}>
          {viewer ? (
            <>
              <span className={classes.name} title={viewer.email}>
                {viewer.name}
              </span>
              <NavLink href="/logout">Sign out</NavLink>
            </>
          ) : (
            <>
              <NavLink href="/login">Sign in</NavLink>
              <Link href="/register" className={classes.register}>
                Register
              </Link>
            </>
          )}
          <ColorSchemeToggle />
        </div>
      </div>
    </header>
  );
}
