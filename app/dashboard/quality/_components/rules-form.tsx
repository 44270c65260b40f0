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
  { name: "addresses", label: "Addresses", examples: ["192.0.2.7", "192.0.2.0/24", "2001:db8::/32"], rest: "" },
  { name: "paths", label: "Paths", examples: ["/internal", "/*/preview"], rest: ": the first with all beneath it." },
  { name: "hosts", label: "Hosts of the site", examples: ["staging.example.com", "*.example.com"], rest: ": the last for all beneath it." },
] as const;

/** Rules as one would type them; the monospaced star is one. */
const Examples = ({ of, rest }: { of: readonly string[]; rest: string }) => (
  <>
    One a line, such as{" "}
    {of.map((rule, index) => (
      <span key={rule}>
        {index > 0 && " or "}
        <code>{rule}</code>
      </span>
    ))}
    {rest}
  </>
);

/** What a site's owner leaves out of every number. Works without scripts too. */
export function RulesForm({ site, fastestPages, ...lists }: Props) {
  const [state, send] = useActionState(saveRules, EMPTY_FORM);
  const { errors, values } = state;
  return (
    <form action={send} className={classes.form}>
      {state.attempt > 0 ? <FormProblem state={state} /> : state.message && <p role="status">{state.message}</p>}
      <input type="hidden" name="site" value={site} />
      {LISTS.map(({ name, label, examples, rest }) => (
        <Textarea
          key={name}
          label={label}
          description={<Examples of={examples} rest={rest} />}
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
