import { z } from "zod";
import { GENDERS } from "../capture/event";

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;
const NAME_MAX = 80;

// Control characters, and halves of surrogate pairs, which Postgres cannot store.
const UNPRINTABLE = /\p{Cc}|\p{Cs}/u;

const personName = (what: string) =>
  z
    .string({ error: `Enter your ${what}.` })
    .trim()
    .min(1, `Enter your ${what}.`)
    .max(NAME_MAX, `Keep your ${what} under ${NAME_MAX + 1} characters.`)
    .refine((value) => !UNPRINTABLE.test(value), "Use letters that can be printed.");

/** An e-mail address, trimmed and in lower case: how accounts are told apart. */
export const Email = z
  .string({ error: "Enter your e-mail address." })
  .trim()
  .toLowerCase()
  .min(1, "Enter your e-mail address.")
  .max(254, "This is too long for an e-mail address.")
  .pipe(z.email("This does not look like an e-mail address, such as ada@example.org."));

/** A password someone chooses. */
export const NewPassword = z
  .string({ error: "Choose a password." })
  .min(PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `Use at most ${PASSWORD_MAX} characters.`);

/** What the registration form sends. */
export const Registration = z.object({
  name: personName("name"),
  surname: personName("surname"),
  email: Email,
  password: NewPassword,
  gender: z.enum(GENDERS, { error: "Choose one of the three." }),
});
export type Registration = z.infer<typeof Registration>;

/** What the sign-in form sends. */
export const Credentials = z.object({
  email: Email,
  password: z.string({ error: "Enter your password." }).min(1, "Enter your password.").max(PASSWORD_MAX, "This password is too long."),
});
export type Credentials = z.infer<typeof Credentials>;
