"use client";

import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useActionState } from "react";
import { FormProblem } from "@/app/(site)/_components/form-problem";
import { EMPTY_FORM } from "@/app/(site)/_components/form-state";
import { SubmitButton } from "@/app/(site)/_components/submit-button";
import type { Retention } from "@/lib/store/site-settings";
import { saveSettings } from "./actions";
import classes from "./settings.module.css";

interface Props {
  site: string;
  name: string;
  timezone: string;
  /** The zones to choose from; empty when the zone can no longer change. */
  timezones: readonly string[];
  addressPrivacy: string;
  privacySignal: string;
  keep: Retention;
  collectHosts: readonly string[];
  countHashes: boolean;
}

const ADDRESS_CHOICES = [
  { value: "keep", label: "Keep it whole" },
  { value: "truncate", label: "Keep its network only (/24, /48)" },
  { value: "hash", label: "Replace it by a keyed hash" },
];
const SIGNAL_CHOICES = [
  { value: "ignore", label: "Count as anyone" },
  { value: "cookieless", label: "Count without a cookie" },
  { value: "do-not-count", label: "Do not count at all" },
];

const KINDS = [
  { name: "eventDays", label: "Events", description: "With visits and addresses. The numbers counted from them stay." },
  { name: "numberDays", label: "Numbers", description: "At least as many as of events." },
  { name: "archiveDays", label: "Nightly files", description: "Parquet and CSV, on this machine. At most as many as of numbers." },
] as const;

const HASH_CHOICES = [
  { value: "no", label: "Is the same page" },
  { value: "yes", label: "Is a page view of its own" },
];

/** What can be set of a site. Works without scripts too. */
export function SettingsForm(props: Props) {
  const { site, name, timezone, timezones, addressPrivacy, privacySignal, keep, collectHosts, countHashes } = props;
  const [state, send] = useActionState(saveSettings, EMPTY_FORM);
  const { errors, values } = state;
  return (
    <form action={send} className={classes.form}>
      {state.attempt > 0 ? <FormProblem state={state} /> : state.message && <p role="status">{state.message}</p>}
      <input type="hidden" name="site" value={site} />
      <TextInput label="Name of the site" name="name" required maxLength={100} defaultValue={values.name ?? name} error={errors.name} />
      {timezones.length === 0 && <input type="hidden" name="timezone" value={timezone} />}
      <NativeSelect
        label="Time zone"
        description={
          timezones.length === 0
            ? "Its days are already cut in this zone, so it can no longer change."
            : "Its days begin and end here. Choose before the first visit."
        }
        name={timezones.length === 0 ? undefined : "timezone"}
        disabled={timezones.length === 0}
        defaultValue={values.timezone ?? timezone}
        data={timezones.length === 0 ? [timezone] : [...timezones]}
        error={errors.timezone}
      />
      <NativeSelect
        label="A visitor's address"
        description="What is stored of it, from now on."
        name="addressPrivacy"
        defaultValue={values.addressPrivacy ?? addressPrivacy}
        data={ADDRESS_CHOICES}
        error={errors.addressPrivacy}
      />
      <NativeSelect
        label="A browser that asks for privacy"
        description="It says so by Global Privacy Control or Do Not Track."
        name="privacySignal"
        defaultValue={values.privacySignal ?? privacySignal}
        data={SIGNAL_CHOICES}
        error={errors.privacySignal}
      />
      <fieldset className={classes.days}>
        <legend>Days to keep</legend>
        <p>Empty: for good.</p>
        {KINDS.map(({ name: kind, label, description }) => (
          <TextInput
            key={kind}
            label={label}
            description={description}
            name={kind}
            inputMode="numeric"
            defaultValue={values[kind] ?? keep[kind] ?? ""}
            error={errors[kind]}
          />
        ))}
      </fieldset>
      <NativeSelect
        label="A change of # in the address"
        description="A page that shows another view at each anchor may want to count them."
        name="countHashes"
        defaultValue={values.countHashes ?? (countHashes ? "yes" : "no")}
        data={HASH_CHOICES}
        error={errors.countHashes}
      />
      <Textarea
        label="Other hosts that may send events"
        description={
          <>
            Whose pages may post to /api/collect besides the app’s own, one a line: <code>shop.example.com</code>,{" "}
            <code>*.example.com</code>.
          </>
        }
        name="collectHosts"
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        defaultValue={values.collectHosts ?? collectHosts.join("\n")}
        error={errors.collectHosts}
      />
      <SubmitButton>Save</SubmitButton>
    </form>
  );
}
