import type { ActionState } from "../actions";
import classes from "./pipeline.module.css";

/** What came of the last button, said aloud to those who cannot see it. */
export function ActionMessage({ state }: { state: ActionState }) {
  return (
    <p role={state.failed ? "alert" : "status"} className={classes.message} data-failed={state.failed || undefined}>
      {state.message}
    </p>
  );
}
