"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AppError } from "@/lib/app-error";
import { Registration } from "@/lib/auth/account-input";
import { clientAddress } from "@/lib/auth/client-address";
import { registerAccount } from "@/lib/auth/register-account";
import { fullName } from "@/lib/auth/session-claims";
import { markOutcome } from "@/lib/capture/outcome";
import { beginAction } from "@/lib/http/begin-action";
import { type FormState, fieldErrors, problemOf, refusal, textFields } from "../_components/form-state";

const FIELDS = ["name", "surname", "email", "password", "gender"] as const;

/** Registers who sent the form and leads on to the sign-in, as it does when the e-mail has an account already; or says, field by field, what is wrong. */
export async function register(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  const values = textFields(form, FIELDS);
  const input = Registration.safeParse(values);
  if (!input.success) {
    await markOutcome({ outcome: "error" });
    return refusal(previous, values, { errors: fieldErrors(input.error) });
  }
  try {
    const account = await registerAccount(input.data, clientAddress(await headers()));
    await markOutcome(
      account === null
        ? { outcome: "error" }
        : { kind: "register", outcome: "success", user: { key: account.id, label: fullName(account), gender: account.gender } },
    );
  } catch (error) {
    await markOutcome({ outcome: "error" });
    if (!(error instanceof AppError)) throw error;
    return refusal(previous, values, problemOf(error));
  }
  redirect("/login?registered=1");
}
