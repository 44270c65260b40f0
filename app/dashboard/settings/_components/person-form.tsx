"use client";

import { Button, TextInput } from "@mantine/core";
import { useActionState } from "react";
import { FormProblem } from "@/app/(site)/_components/form-problem";
import { EMPTY_FORM } from "@/app/(site)/_components/form-state";
import { SubmitButton } from "@/app/(site)/_components/submit-button";
import { erasePersonByForm } from "./erase-person";
import classes from "./settings.module.css";

const WHO = "The e-mail address of their account, or the key of a user or a visitor.";

/** Saves or erases all that is known of one person. */
export function PersonForm({ site, mayErase }: { site: string; mayErase: boolean }) {
  const [state, send] = useActionState(erasePersonByForm, EMPTY_FORM);
  const { errors, values } = state;
  return (
    <>
      <form action="/dashboard/export/person" method="get" className={classes.form}>
        <input type="hidden" name="site" value={site} />
        <TextInput label="Who to save" description={WHO} name="person" required maxLength={500} />
        <Button type="submit" variant="default">
          Save as a file
        </Button>
      </form>
      {mayErase && (
        <form action={send} className={classes.form} style={{ marginTop: "1.5rem" }}>
          {state.attempt > 0 ? <FormProblem state={state} /> : state.message && <p role="status">{state.message}</p>}
          <input type="hidden" name="site" value={site} />
          <TextInput
            label="Who to erase"
            description={WHO}
            name="person"
            required
            maxLength={500}
            defaultValue={values.person}
            error={errors.person}
          />
          <TextInput label="The same again" name="again" required maxLength={500} defaultValue={values.again} error={errors.again} />
          <SubmitButton>Erase for good</SubmitButton>
        </form>
      )}
    </>
  );
}
