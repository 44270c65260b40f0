"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { type FormState, fieldErrors, refusal, textFields } from "@/app/(site)/_components/form-state";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { refreshSite } from "@/lib/capture/find-site";
import { db } from "@/lib/db/client";
import { beginAction } from "@/lib/http/begin-action";
import { isTimezone } from "@/lib/metrics/calendar";
import { recordAudit } from "@/lib/store/audit";
import { changeSite } from "@/lib/store/change-site";
import { readSite } from "@/lib/store/read-site";
import { DaysToKeep, FILES_TOO_LONG, forgetsFilesInTime, keepsNumbersLongEnough, SiteSettings } from "@/lib/store/site-settings";
import { splitLines } from "../../_forms/split-lines";

const FIELDS = [
  "site",
  "name",
  "timezone",
  "addressPrivacy",
  "privacySignal",
  "eventDays",
  "numberDays",
  "archiveDays",
  "collectHosts",
  "countHashes",
] as const;

const days = z
  .string()
  .default("")
  .refine(
    (text) => text === "" || DaysToKeep.safeParse(Number(text)).success,
    "A whole number from 7 to 3650, or nothing to keep everything.",
  )
  .transform((text) => (text === "" ? null : Number(text)));

const Input = z
  .object({
    site: z.string().max(63),
    name: z.string().trim().min(1, "Give the site a name.").max(100, "At most 100 characters."),
    timezone: z.string().refine(isTimezone, "This is no time zone, such as Europe/Berlin."),
    addressPrivacy: SiteSettings.shape.addressPrivacy.unwrap(),
    privacySignal: SiteSettings.shape.privacySignal.unwrap(),
    eventDays: days,
    numberDays: days,
    archiveDays: days,
    collectHosts: z.string().default("").transform(splitLines).pipe(SiteSettings.shape.collectHosts.unwrap()),
    countHashes: z
      .enum(["yes", "no"])
      .default("no")
      .transform((answer) => answer === "yes"),
  })
  .refine(keepsNumbersLongEnough, { path: ["numberDays"], message: "At least as many days as of events: they are counted from these." })
  .refine(forgetsFilesInTime, { path: ["archiveDays"], message: FILES_TOO_LONG });

/** Saves the settings of a site; or says, field by field, what is wrong. */
export async function saveSettings(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  const values = textFields(form, FIELDS);
  try {
    const { email } = await requireRole("admin");
    const input = Input.safeParse(values);
    if (!input.success) return refusal(previous, values, { errors: fieldErrors(input.error) });
    const { site: slug, name, timezone, ...chosen } = input.data;
    const site = await readSite(db(), slug);
    await changeSite(db(), site.id, { name, timezone, settings: chosen });
    await refreshSite(slug);
    const details = { name, timezone, ...chosen, collectHosts: chosen.collectHosts.join(" ") };
    await recordAudit(db(), { actor: email, action: "settings.change", siteId: site.id, details });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refusal(previous, values, error.field ? { errors: { [error.field]: error.message } } : { message: error.message });
  }
  revalidatePath("/dashboard", "layout");
  return { attempt: 0, message: "Saved.", errors: {}, values };
}
