import type { z } from "zod";
import type { AppError } from "@/lib/app-error";

/** What a form knows after it was sent: plain data, so that it works the same with and without scripts. */
export interface FormState {
  /** How often it was sent from this page: tells one refusal from the next. */
  attempt: number;
  /** What is wrong with the whole, if that is no one field's fault. */
  message: string | null;
  /** What is wrong, by field. */
  errors: Record<string, string>;
  /** What was typed, by field; never a password. */
  values: Record<string, string>;
}

export const EMPTY_FORM: FormState = { attempt: 0, message: null, errors: {}, values: {} };

const KEPT_LENGTH = 500;

/** The number of the attempt that is being answered. What came before is the browser's word, so it may be anything. */
export function nextAttempt(previous: unknown): number {
  const { attempt } = (previous ?? {}) as Partial<FormState>;
  return typeof attempt === "number" && Number.isSafeInteger(attempt) && attempt >= 0 ? attempt + 1 : 1;
}

/** What was sent, or an empty form if it was no form at all. */
export const asForm = (sent: unknown): FormData => (sent instanceof FormData ? sent : new FormData());

/** The text fields of a sent form, by name. A field given twice counts once, the last time; files are left out, and NUL, which the database takes in no text. */
export function textFields(sent: unknown, names: readonly string[]): Record<string, string> {
  const form = asForm(sent);
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = form.getAll(name).at(-1);
    if (typeof value === "string") values[name] = value.replaceAll("\0", "");
  }
  return values;
}

/** The first problem of each field. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) {
    const field = String(issue.path[0] ?? "form");
    errors[field] ??= issue.message;
  }
  return errors;
}

/** The state of a form that was refused, with what was typed, but for secrets. */
export function refusal(
  previous: unknown,
  values: Record<string, string>,
  problem: { message?: string; errors?: Record<string, string> },
): FormState {
  const kept = Object.entries(values).filter(([name]) => name !== "password");
  return {
    attempt: nextAttempt(previous),
    message: problem.message ?? null,
    errors: problem.errors ?? {},
    values: Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, KEPT_LENGTH)])),
  };
}

/** The part of a refusal that an AppError is: a field's problem, or the whole form's. */
export const problemOf = ({ field, message }: AppError) => (field ? { errors: { [field]: message } } : { message });
