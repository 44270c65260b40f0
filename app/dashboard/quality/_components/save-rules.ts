"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { type FormState, fieldErrors, refusal, textFields } from "@/app/(site)/_components/form-state";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { refreshSite } from "@/lib/capture/find-site";
import { db } from "@/lib/db/client";
import { beginAction } from "@/lib/http/begin-action";
import { recordAudit } from "@/lib/store/audit";
import { changeSettings } from "@/lib/store/change-settings";
import { readSite } from "@/lib/store/read-site";
import { SiteSettings } from "@/lib/store/site-settings";
import { splitLines } from "../../_forms/split-lines";

const FIELDS = ["site", "addresses", "paths", "hosts", "fastestPages"] as const;
const LONGEST = 70_000;

const { addresses, paths, hosts } = SiteSettings.shape.exclude.unwrap().shape;
const asList = z.string().max(LONGEST, "That is too long.").default("").transform(splitLines);

const Input = z.object({
  site: z.string().max(63),
  addresses: asList.pipe(addresses.unwrap()),
  paths: asList.pipe(paths.unwrap()),
  hosts: asList.pipe(hosts.unwrap()),
  fastestPages: z
    .union([z.literal("").transform(() => null), z.coerce.number().pipe(SiteSettings.shape.fastestPages.unwrap().unwrap())], {
      error: "A whole number from 20 to 10000, or nothing to judge nobody by it.",
    })
    .optional(),
});

/** Saves what a site leaves out; or says, field by field, what cannot be read. */
export async function saveRules(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  const values = textFields(form, FIELDS);
  /** All that was typed, also what is longer than a field of another form. */
  const refuse = (problem: Parameters<typeof refusal>[2]): FormState => ({ ...refusal(previous, {}, problem), values });
  try {
    const { email } = await requireRole("admin");
    const input = Input.safeParse(values);
    if (!input.success) return refuse({ errors: fieldErrors(input.error) });
    const { site: slug, fastestPages = null, ...exclude } = input.data;
    const site = await readSite(db(), slug);
    await changeSettings(db(), site.id, { exclude, fastestPages });
    const listed = Object.fromEntries(Object.entries(exclude).map(([name, rules]) => [name, rules.join(" ").slice(0, 500)]));
    await recordAudit(db(), { actor: email, action: "traffic.rules", siteId: site.id, details: { ...listed, fastestPages } });
    await refreshSite(slug);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refuse({ message: error.message });
  }
  revalidatePath("/dashboard", "layout");
  return { attempt: 0, message: "Saved. It holds from now on.", errors: {}, values };
}
