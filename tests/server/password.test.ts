import { expect, inject, test } from "vitest";
import { hashPassword } from "../../lib/auth/password";
import { openDatabase } from "../../lib/db/client";
import { signIn } from "../support/sign-in";
import { findDoors } from "./access/find-doors";

const { url, databaseUrl } = inject("app");
const OLD = "the old password";
const NEW = "the new password";
const email = "changer@password.example";

test("who changes their password ends every session of theirs, and only with the present one", async () => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  await db.account.create({ data: { email, passwordHash: await hashPassword(OLD), name: "Cleo", surname: "Changer", role: "viewer" } });
  const [here, elsewhere] = [await signIn(url, { email, password: OLD }), await signIn(url, { email, password: OLD })];
  const may = async (cookie: string) => (await fetch(`${url}/api/metrics`, { headers: { cookie } })).status;
  expect([await may(here.cookie), await may(elsewhere.cookie)]).toEqual([200, 200]);

  const stream = await fetch(`${url}/api/metrics/stream`, { headers: { cookie: elsewhere.cookie } });
  expect(stream.status).toBe(200);
  const streamEnded = drain(stream);
  expect(await change(here.cookie, "not the present one", NEW)).toContain("not your present password");
  expect(await may(elsewhere.cookie)).toBe(200);
  await change(here.cookie, OLD, NEW);
  expect([await may(here.cookie), await may(elsewhere.cookie)]).toEqual([401, 401]);
  expect(await may((await signIn(url, { email, password: OLD })).cookie)).toBe(401);
  expect(await may((await signIn(url, { email, password: NEW })).cookie)).toBe(200);

  // At the next beat, within a quarter of a minute, and not after the half hour that a stream lasts.
  await streamEnded;
  await db.account.delete({ where: { email } });
  await db.$disconnect();
});

async function drain(response: Response): Promise<void> {
  for await (const _chunk of response.body ?? []);
}

/** Sends the form as React does. */
async function change(cookie: string, current: string, next: string): Promise<string> {
  const action = findDoors().find((door) => door.type === "action" && door.name.endsWith(" setPassword"));
  if (action?.type !== "action") throw new Error("there is no action setPassword");
  const body = new FormData();
  body.set("_1_current", current);
  body.set("_1_next", next);
  body.set("0", JSON.stringify([{ attempt: 0, message: null, errors: {}, values: {} }, "$K1"]));
  const headers = { cookie, "next-action": action.id, origin: url };
  return (await fetch(url + action.page, { method: "POST", headers, body, redirect: "manual" })).text();
}
