"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { EMPTY_FORM, type FormState, fieldErrors, refusal, textFields } from "@/app/(site)/_components/form-state";
import { AppError } from "@/lib/app-error";
import { Credentials, NewPassword } from "@/lib/auth/account-input";
import { authenticate } from "@/lib/auth/authenticate";
import { changePassword } from "@/lib/auth/change-password";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { beginAction } from "@/lib/http/begin-action";
import { recordAudit } from "@/lib/store/audit";

const Input = z.object({ current: Credentials.shape.password, next: NewPassword });
/** Every try costs as much as one at the sign-in, and counts like it. */
const ADDRESS = "password change";

/** Changes the password of who asks, and ends every session of theirs, this one too. */
export async function setPassword(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  try {
    const { accountId, email } = await requireRole("viewer");
    const input = Input.safeParse(textFields(form, ["current", "next"]));
    if (!input.success) return refusal(previous, {}, { errors: fieldErrors(input.error) });
    const known = await authenticate({ email, password: input.data.current }, ADDRESS);
    if (known?.id !== accountId) return refusal(previous, {}, { errors: { current: "This is not your present password." } });
    await changePassword(accountId, input.data.next);
    await recordAudit(db(), { actor: email, action: "password.change" });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refusal(previous ?? EMPTY_FORM, {}, { message: error.message });
  }
  redirect("/login?callbackUrl=%2Fdashboard%2Fsettings");
}
