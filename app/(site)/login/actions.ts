"use server";

import { redirect } from "next/navigation";
import { CredentialsSignin } from "next-auth";
import { Credentials } from "@/lib/auth/account-input";
import { signIn } from "@/lib/auth/auth";
import { safePath } from "@/lib/auth/safe-path";
import { markOutcome } from "@/lib/capture/outcome";
import { beginAction } from "@/lib/http/begin-action";
import { type FormState, fieldErrors, refusal, textFields } from "../_components/form-state";

const FIELDS = ["email", "password", "callbackUrl"] as const;
const REFUSED = "This e-mail and password do not match an account.";
const TOO_MANY = "Too many attempts. Please try again in a quarter of an hour.";

/** Signs in who sent the form and leads on to where they wanted to go; or says that it did not work, never which half was wrong. */
export async function logIn(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  const values = textFields(form, FIELDS);
  const input = Credentials.safeParse(values);
  if (!input.success) {
    await markOutcome({ outcome: "error" });
    return refusal(previous, values, { errors: fieldErrors(input.error) });
  }
  try {
    await signIn("credentials", { ...input.data, redirect: false, redirectTo: "/" });
  } catch (error) {
    await markOutcome({ outcome: "error" });
    if (!(error instanceof CredentialsSignin)) throw error;
    return refusal(previous, values, { message: error.code === "too_many" ? TOO_MANY : REFUSED });
  }
  redirect(safePath(values.callbackUrl));
}
