import type { Metadata } from "next";
import Link from "next/link";
import classes from "../_components/form.module.css";
import { RegisterForm } from "./register-form";

export const metadata: Metadata = { title: "Register" };

export default function RegisterPage() {
  return (
    <section className={classes.card}>
      <h1>Register</h1>
      <p className={classes.lead}>An account for this demo site. It stays in this site's own database.</p>
      <RegisterForm />
      <p className={classes.aside}>
        Registered already? <Link href="/login">Sign in</Link>
      </p>
    </section>
  );
}
