"use client";

import { Group, PasswordInput, Radio, RadioGroup, TextInput } from "@mantine/core";
import { useActionState } from "react";
import classes from "../_components/form.module.css";
import { FormProblem } from "../_components/form-problem";
import { EMPTY_FORM } from "../_components/form-state";
import { SubmitButton } from "../_components/submit-button";
import { register } from "./actions";

/** The registration form. Posts without scripts too. */
export function RegisterForm() {
  const [state, send] = useActionState(register, EMPTY_FORM);
  const { errors, values, attempt } = state;
  return (
    <form action={send} className={classes.form} noValidate>
      <FormProblem state={state} />
      <div className={classes.pair}>
        <TextInput size="md" label="Name" name="name" autoComplete="given-name" required defaultValue={values.name} error={errors.name} />
        <TextInput
          size="md"
          label="Surname"
          name="surname"
          autoComplete="family-name"
          required
          defaultValue={values.surname}
          error={errors.surname}
        />
      </div>
      <TextInput
        size="md"
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        defaultValue={values.email}
        error={errors.email}
      />
      <PasswordInput
        size="md"
        label="Password"
        name="password"
        description="At least 10 characters."
        autoComplete="new-password"
        required
        error={errors.password}
        visibilityToggleButtonProps={{ "aria-label": "Show or hide the password" }}
      />
      <RadioGroup size="md" key={attempt} label="Gender" name="gender" defaultValue={values.gender ?? "unknown"} error={errors.gender}>
        <Group mt="xs" gap="lg">
          <Radio size="md" value="f" label="Female" />
          <Radio size="md" value="m" label="Male" />
          <Radio size="md" value="unknown" label="Rather not say" />
        </Group>
      </RadioGroup>
      <SubmitButton fullWidth>Register</SubmitButton>
    </form>
  );
}
