"use client";

import { InputWrapper } from "@mantine/core";
import { type FormEvent, useActionState, useState } from "react";
import form from "../_components/form.module.css";
import { FormProblem } from "../_components/form-problem";
import { EMPTY_FORM } from "../_components/form-state";
import { SubmitButton } from "../_components/submit-button";
import { recognisePicture } from "./actions";
import classes from "./celebrity.module.css";
import { RecognitionResult } from "./recognition-result";

// What the server takes in at all; above it an upload would end without an answer.
const SENDABLE_BYTES = 8_000_000;

/** Asks for a picture and shows who is on it. Posts without scripts too. */
export function CelebrityForm() {
  const [state, send] = useActionState(recognisePicture, { ...EMPTY_FORM, recognition: null, picture: null });
  const [tooLarge, setTooLarge] = useState(false);
  const error = tooLarge ? "This picture is larger than 5 MB." : state.errors.picture;

  function stopWhatCannotBeSent(event: FormEvent<HTMLFormElement>) {
    const file = new FormData(event.currentTarget).get("picture");
    const refused = file instanceof File && file.size > SENDABLE_BYTES;
    setTooLarge(refused);
    if (refused) event.preventDefault();
  }

  return (
    <div className={classes.columns}>
      <form action={send} onSubmit={stopWhatCannotBeSent} className={form.form} noValidate>
        <FormProblem state={state} />
        <InputWrapper id="picture" size="md" label="Picture" description="JPEG, PNG or WebP, up to 5 MB." required error={error}>
          <input
            id="picture"
            name="picture"
            type="file"
            accept="image/jpeg,image/png,image/webp"
            className={classes.file}
            aria-describedby={error ? "picture-error picture-description" : "picture-description"}
            aria-invalid={Boolean(error)}
          />
        </InputWrapper>
        <SubmitButton>Who is it?</SubmitButton>
      </form>
      <RecognitionResult state={state} />
    </div>
  );
}
