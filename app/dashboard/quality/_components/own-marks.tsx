"use client";

import { Button } from "@mantine/core";
import { type ReactNode, useActionState } from "react";
import { FormProblem } from "@/app/(site)/_components/form-problem";
import { EMPTY_FORM } from "@/app/(site)/_components/form-state";
import { SubmitButton } from "@/app/(site)/_components/submit-button";
import { markMe, unmarkOwn } from "../../_own/actions";
import classes from "./rules.module.css";

/** A browser or an account that is marked, as the page shows it. */
export interface ShownMark {
  id: number;
  label: string;
  kind: "visitor" | "user";
  since: ReactNode;
}

/** Whether this very browser counts, and the button that changes it; and all who are marked. */
export function OwnMarks({ site, mine, marks }: { site: string; mine: number | null; marks: readonly ShownMark[] }) {
  const [state, send] = useActionState(markMe, EMPTY_FORM);
  const [undone, undo] = useActionState(unmarkOwn, EMPTY_FORM);
  return (
    <>
      <FormProblem state={state} />
      <FormProblem state={undone} />
      <p role="status" className={classes.state}>
        {mine === null ? "This browser is counted like any other." : "This browser is not counted."}
      </p>
      <form action={mine === null ? send : undo}>
        <input type="hidden" name="site" value={site} />
        {mine !== null && <input type="hidden" name="mark" value={mine} />}
        <SubmitButton variant={mine === null ? "filled" : "default"}>{mine === null ? "Don’t count me" : "Count me again"}</SubmitButton>
      </form>
      {marks.length > 0 && (
        <ul className={classes.marks} aria-label="Marked as own traffic">
          {marks.map(({ id, label, kind, since }) => (
            <li key={id}>
              <span>
                {label}
                <small>
                  {kind === "user" ? "Account" : "Browser"}, since {since}
                </small>
              </span>
              <form action={undo}>
                <input type="hidden" name="site" value={site} />
                <input type="hidden" name="mark" value={id} />
                <Button type="submit" variant="default" size="compact-sm" aria-label={`Count ${label} again`}>
                  Count again
                </Button>
              </form>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
