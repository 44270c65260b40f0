import type { Metadata } from "next";
import Link from "next/link";
import { readViewer } from "@/lib/auth/read-viewer";
import classes from "../_components/form.module.css";
import { SubmitButton } from "../_components/submit-button";
import { logOut } from "./actions";

export const metadata: Metadata = { title: "Sign out" };

/** Asks first: only a form that is sent ends a session, never a link that is followed. */
export default async function LogoutPage() {
  const viewer = await readViewer();
  return (
    <section className={classes.card}>
      <h1>Sign out</h1>
      {viewer ? (
        <>
          <p className={classes.lead}>You are signed in as {viewer.name}.</p>
          <form action={logOut}>
            <SubmitButton fullWidth>Sign out</SubmitButton>
          </form>
        </>
      ) : (
        <p className={classes.lead}>
          You are not signed in. <Link href="/login">Sign in</Link>
        </p>
      )}
    </section>
  );
}
