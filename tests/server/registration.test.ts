import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { readForms } from "../../lib/demo/traffic/read-forms";
import { signIn } from "../support/sign-in";

const { url, databaseUrl } = inject("app");
const PAIRS = 7;

/** The fields that the page itself puts into the form. */
async function readHiddenFields(): Promise<[string, string][]> {
  const html = await (await fetch(`${url}/register`)).text();
  const form = readForms(html).find(({ names }) => names.has("surname")) ?? expect.fail("/register has no form");
  return form.fields.filter(([name]) => name.startsWith("$ACTION"));
}

/** Sends the form as a browser without scripts does: what comes back then is all that anybody is told. */
async function register(hidden: [string, string][], email: string, password: string) {
  const body = new FormData();
  for (const [name, value] of [...hidden, ...Object.entries({ name: "Ada", surname: "Lovelace", email, password, gender: "f" })])
    body.set(name, value);
  const began = performance.now();
  const response = await fetch(`${url}/register`, { method: "POST", headers: { origin: url }, body, redirect: "manual" });
  const text = await response.text();
  const ms = performance.now() - began;
  // Made anew for every answer: ids, dates, nonces, the cookie of a new visitor.
  const {
    date: _,
    "x-request-id": _id,
    "content-security-policy": _policy,
    "set-cookie": cookie = "",
    ...headers
  } = Object.fromEntries(response.headers);
  return { ms, answer: { status: response.status, headers, cookies: cookie.replace(/=[^;]*/g, ""), text } };
}

test("a registration answers the same, in the same time, whether the e-mail has an account or not", async () => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  const hidden = await readHiddenFields();
  const email = `${randomUUID()}@registration.example`;
  const made = await register(hidden, email, "the first password");
  expect(made.answer).toMatchObject({ status: 303, headers: { location: "/login?registered=1" } });
  const [taken, fresh]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    const again = await register(hidden, email.toUpperCase(), "another password");
    const another = await register(hidden, `${randomUUID()}@registration.example`, "another password");
    expect(again.answer).toEqual(made.answer);
    expect(another.answer).toEqual(made.answer);
    taken.push(again.ms);
    fresh.push(another.ms);
  }
  // The quickest of each: what else the machine does only ever adds to a time, and a way that answers early would be quicker every time.
  const ratio = Math.min(...taken) / Math.min(...fresh);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
  const opens = async (password: string) => (await signIn(url, { email, password })).cookie.includes("session-token");
  expect([await opens("the first password"), await opens("another password")]).toEqual([true, false]);
  expect(await db.account.count({ where: { email: { endsWith: "@registration.example" } } })).toBe(PAIRS + 1);
  await db.account.deleteMany({ where: { email: { endsWith: "@registration.example" } } });
  await db.$disconnect();
});
