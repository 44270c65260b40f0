"use client";

import { Button } from "@mantine/core";
import { useActionState } from "react";
import { EMPTY_FORM } from "@/app/(site)/_components/form-state";
import { markOwn } from "./actions";

/** Marks one row's visitor or person as own traffic. */
export function OwnButton({ site, who, label }: { site: string; who: string; label: string }) {
  const [state, send, pending] = useActionState(markOwn, EMPTY_FORM);
  if (state.message && state.attempt === 0) return <span role="status">Not counted from now on</span>;
  return (
    <form action={send}>
      <input type="hidden" name="site" value={site} />
      <input type="hidden" name="who" value={who} />
      <Button type="submit" variant="default" size="compact-sm" loading={pending} aria-label={`Mark ${label} as own traffic`}>
        Mark as own
      </Button>
      {state.message && <span role="alert"> {state.message}</span>}
    </form>
  );
}
