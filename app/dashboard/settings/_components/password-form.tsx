"use client";

import { PasswordInput } from "@mantine/core";
import { useActionState } from "react";
import { FormProblem } from "@/app/(site)/_components/form-problem";
import { EMPTY_FORM } from "@/app/(site)/_components/form-state";
import { SubmitButton } from "@/app/(site)/_components/submit-button";
import { setPassword } from "./set-password";
import classes from "./settings.module.css";

/** Changes one's own password. */
export function PasswordForm() {
  const [state, send] = useActionState(setPassword, EMPTY_FORM);
  return (
    <form action={send} className={classes.form}>
      <FormProblem state={state} />
      <PasswordInput label="Present password" name="current" autoComplete="current-password" required error={state.errors.current} />
      <PasswordInput
        label="New password"
        description="At least 10 characters. Everyone signed in as you has to sign in again."
        name="next"
        autoComplete="new-password"
        required
        error={state.errors.next}
      />
      <SubmitButton>Change it</SubmitButton>
    </form>
  );
}
