"use client";

import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useActionState } from "react";
import { startRuns } from "../actions";
import { ActionMessage } from "./action-message";
import classes from "./pipeline.module.css";

/** Asks for the days to run. */
export function RunForm({ site, lastDate }: { site: string; lastDate: string }) {
  const client = useQueryClient();
  const [state, act, pending] = useActionState(
    async (previous: Parameters<typeof startRuns>[0], form: FormData) => {
      const result = await startRuns(previous, form);
      await client.invalidateQueries({ queryKey: ["pipeline", site] });
      return result;
    },
    { message: null, failed: false },
  );
  return (
    <form action={act} className={classes.form}>
      <input type="hidden" name="site" value={site} />
      <TextInput type="date" name="from" label="From" defaultValue={lastDate} required withAsterisk={false} />
      <TextInput type="date" name="to" label="To" defaultValue={lastDate} required withAsterisk={false} />
      <Button type="submit" loading={pending}>
        Run these days
      </Button>
      <ActionMessage state={state} />
    </form>
  );
}
