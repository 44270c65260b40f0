import type { Metadata } from "next";
import Link from "next/link";
import { safePath } from "@/lib/auth/safe-path";
import classes from "../_components/form.module.css";
import { LoginForm } from "./login-form";

export const metadata: Metadata = { title: "Sign in" };

type Query = Promise<Record<string, string | string[] | undefined>>;

export default async function LoginPage({ searchParams }: { searchParams: Query }) {
  const { callbackUrl, registered } = await searchParams;
  const next = safePath(callbackUrl);
  return (
    <section className={classes.card}>
      <h1>Sign in</h1>
      <p className={classes.lead}>{next.startsWith("/dashboard") ? "The dashboard is for the people of this site." : "Welcome back."}</p>
      {registered === "1" && (
        <p className={classes.note} role="status">
          If this e-mail address was new here, your account is ready: sign in with the password you chose. If it had an account already, its
          password is what it was.
        </p>
      )}
      <LoginForm callbackUrl={next} />
      <p className={classes.aside}>
        New here? <Link href="/register">Register</Link>
      </p>
    </section>
  );
}
