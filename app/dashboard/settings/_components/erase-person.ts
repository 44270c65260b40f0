"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { type FormState, fieldErrors, refusal, textFields } from "@/app/(site)/_components/form-state";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { env } from "@/lib/env";
import { beginAction } from "@/lib/http/begin-action";
import { forgetPerson } from "@/lib/privacy/forget";
import { readSite } from "@/lib/store/read-site";

const Input = z
  .object({
    site: z.string().max(63),
    person: z.string().trim().min(1, "Say who: an e-mail address, or the key of a user or visitor.").max(500),
    again: z.string().trim().default(""),
  })
  .refine(({ person, again }) => person === again, { path: ["again"], message: "Write the same here: it cannot be undone." });

/** Erases one person of a site; or says what is wrong. */
export async function erasePersonByForm(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  const values = textFields(form, ["site", "person", "again"]);
  try {
    const { email } = await requireRole("owner");
    const input = Input.safeParse(values);
    if (!input.success) return refusal(previous, values, { errors: fieldErrors(input.error) });
    const site = await readSite(db(), input.data.site);
    const { events, days } = await forgetPerson(db(), env().DATABASE_URL as string, site, input.data.person, email);
    revalidatePath("/dashboard", "layout");
    return { attempt: 0, message: `Erased: ${events} events of ${days.length} days.`, errors: {}, values: {} };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refusal(previous, values, error.field === "person" ? { errors: { person: error.message } } : { message: error.message });
  }
}
