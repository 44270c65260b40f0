"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useActionState } from "react";
import { FormProblem } from "@/app/(site)/_components/form-problem";
import { EMPTY_FORM } from "@/app/(site)/_components/form-state";
import { SubmitButton } from "@/app/(site)/_components/submit-button";
import classes from "./rules.module.css";
import { saveRules } from "./save-rules";

interface Props {
  site: string;
  addresses: readonly string[];
  paths: readonly string[];
  hosts: readonly string[];
  fastestPages: number | null;
}

const LISTS = [
  { name: "addresses", label: "Addresses", description: "One a line: 192.0.2.7, or a range such as 192.0.2.0/24 or 2001:db8::/32." },
  { name: "paths", label: "Paths", description: "One a line: /internal with all beneath it, or a pattern such as /*/preview." },
  { name: "hosts", label: "Hosts of the site", description: "One a line: staging.example.com, or *.example.com for all beneath it." },
] as const;

/** What a site's owner leaves out of every number. Works without scripts too. */
export function RulesForm({ site, fastestPages, ...lists }: Props) {
  const [state, send] = useActionState(saveRules, EMPTY_FORM);
  const { errors, values } = state;
  return (
    <form action={send} className={classes.form}>
      {state.attempt > 0 ? <FormProblem state={state} /> : state.message && <p role="status">{state.message}</p>}
      <input type="hidden" name="site" value={site} />
      {LISTS.map(({ name, label, description }) => (
        <Textarea
          key={name}
          label={label}
          description={description}
          name={name}
          autosize
          minRows={2}
          maxRows={10}
          spellCheck={false}
          defaultValue={values[name] ?? lists[name].join("\n")}
          error={errors[name]}
        />
      ))}
      <TextInput
        label="Most pages of one visitor in ten seconds"
        description="Who asks for more is taken for a machine. Empty: nobody is judged by it."
        name="fastestPages"
        inputMode="numeric"
        defaultValue={values.fastestPages ?? fastestPages ?? ""}
        error={errors.fastestPages}
      />
      <SubmitButton>Save</SubmitButton>
    </form>
  );
}
