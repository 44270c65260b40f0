import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { cookiesOf, signIn } from "../support/sign-in";
import { findDoors } from "./access/find-doors";

const { url, databaseUrl } = inject("app");
const PAIRS = 7;

/** Sends the form as React does. */
async function register(email: string, password: string) {
  const action = findDoors().find((door) => door.type === "action" && door.name.endsWith(" register"));
  if (action?.type !== "action") throw new Error("there is no action register");
  const body = new FormData();
  for (const [name, value] of Object.entries({ name: "Ada", surname: "Lovelace", email, password, gender: "f" }))
    body.set(`_1_${name}`, value);
  body.set("0", JSON.stringify([{ attempt: 0, message: null, errors: {}, values: {} }, "$K1"]));
  const began = performance.now();
  const response = await fetch(url + action.page, {
    method: "POST",
    headers: { "next-action": action.id, origin: url },
    body,
    redirect: "manual",
  });
  const text = await response.text();
  return { ms: performance.now() - began, response, text };
}

/** What of an answer is not made anew for each: ids, dates and nonces are. */
function constantOf({ response, text }: Awaited<ReturnType<typeof register>>) {
  const {
    date,
    "x-request-id": _id,
    "content-security-policy": policy,
    "set-cookie": _cookie,
    ...headers
  } = Object.fromEntries(response.headers);
  const nonce = /'nonce-([^']+)'/.exec(policy ?? "")?.[1];
  return {
    status: response.status,
    headers,
    cookies: cookiesOf(response).replace(/=[^;]*/g, ""),
    text: (nonce ? text.replaceAll(nonce, "NONCE") : text).replace(/[0-9a-f-]{36}|\b\d{13}\b/g, "ID"),
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

test("a registration answers the same, in the same time, whether the e-mail has an account or not", async () => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  const email = `${randomUUID()}@registration.example`;
  const made = await register(email, "the first password");
  const [taken, fresh]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    const again = await register(email.toUpperCase(), "another password");
    const another = await register(`${randomUUID()}@registration.example`, "another password");
    for (const answer of [again, another]) expect(constantOf(answer)).toEqual(constantOf(made));
    taken.push(again.ms);
    fresh.push(another.ms);
  }
  expect(made.response.headers.get("x-action-redirect")).toContain("/login?registered=1");
  const ratio = median(taken) / median(fresh);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
  const session = async (password: string) => (await signIn(url, { email, password })).cookie.includes("session-token=e");
  expect([await session("the first password"), await session("another password")]).toEqual([true, false]);
  await db.account.deleteMany({ where: { email: { endsWith: "@registration.example" } } });
  await db.$disconnect();
});
