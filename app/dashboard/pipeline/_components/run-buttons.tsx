"use client";

import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useActionState } from "react";
import type { RunView } from "@/lib/store/read-runs";
import { type ActionState, cancel, startRuns } from "../actions";

/** Cancels a run that is under way, or runs its day again. */
export function RunButtons({ site, run }: { site: string; run: RunView }) {
  const client = useQueryClient();
  const isActive = run.state === "queued" || run.state === "running";
  const [state, act, pending] = useActionState(
    async (previous: ActionState, form: FormData) => {
      const result = await (isActive ? cancel : startRuns)(previous, form);
      await client.invalidateQueries({ queryKey: ["pipeline", site] });
      return result;
    },
    { message: null, failed: false },
  );
  const fields = isActive ? { run: run.id } : { site, from: run.date, to: run.date };
  return (
    <form action={act}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button
        type="submit"
        size="compact-sm"
        variant="default"
        loading={pending}
        aria-label={`${isActive ? "Cancel" : "Run again"} ${run.date}`}
      >
        {isActive ? "Cancel" : "Run again"}
      </Button>
      {state.failed && <span role="alert">{state.message}</span>}
    </form>
  );
}
