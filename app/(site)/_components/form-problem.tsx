"use client";

import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import classes from "./form.module.css";
import type { FormState } from "./form-state";

/** Says above a form that it was refused, and takes the focus there, so that it is heard and seen. */
export function FormProblem({ state }: { state: FormState }) {
  const box = useRef<HTMLDivElement>(null);
  const count = Object.keys(state.errors).length;
  useEffect(() => {
    if (state.attempt > 0) box.current?.focus();
  }, [state.attempt]);
  if (state.attempt === 0 || (count === 0 && !state.message)) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className={classes.problem}>
      <IconAlertTriangle size={20} aria-hidden />
      <span>{state.message ?? (count === 1 ? "One thing needs another look." : `${count} things need another look.`)}</span>
    </div>
  );
}
