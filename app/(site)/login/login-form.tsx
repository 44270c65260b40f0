"use client";

import { PasswordInput, TextInput } from "@mantine/core";
import { useActionState } from "react";
import classes from "../_components/form.module.css";
import { FormProblem } from "../_components/form-problem";
import { EMPTY_FORM } from "../_components/form-state";
import { SubmitButton } from "../_components/submit-button";
import { logIn } from "./actions";

/** The sign-in form. Posts without scripts too. `callbackUrl` is where to go afterwards. */
export function LoginForm({ callbackUrl }: { callbackUrl: string }) {
  const [state, send] = useActionState(logIn, EMPTY_FORM);
  const { errors, values } = state;
  return (
    <form action={send} className={classes.form} noValidate>
      <FormProblem state={state} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <TextInput
        size="md"
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={values.email}
        error={errors.email}
      />
      <PasswordInput
        size="md"
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        error={errors.password}
        visibilityToggleButtonProps={{ "aria-label": "Show or hide the password" }}
      />
      <SubmitButton fullWidth>Sign in</SubmitButton>
    </form>
  );
}
