import { inject, test } from "vitest";
import { hashPassword } from "../../lib/auth/password";
import { openDatabase } from "../../lib/db/client";
import { cookiesOf, signIn } from "../support/sign-in";
import { findDoors } from "./access/find-doors";

const { url, databaseUrl } = inject("app");
const OLD = "the old password";
const NEW = "the new password";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const leaver = { email: "leaver@sign-out.example", password: "a password of a test" };
const email = "changer@password.example";

// Both wait for the next beat, which ends what was revoked: side by side they wait once.
test.concurrent("who changes their password ends every session of theirs, and only with the present one", async ({ expect }) => {
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

test.concurrent("who signs out ends their session for every tab and every copy of its cookie, and no other session of theirs", async ({
  expect,
}) => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  const passwordHash = await hashPassword(leaver.password);
  await db.account.create({ data: { email: leaver.email, passwordHash, name: "Lea", surname: "Leaver", role: "viewer" } });
  const sessions = await Promise.all([0, 1, 2].map(async () => (await signIn(url, leaver)).cookie));
  const [byForm = "", byAddress = ""] = sessions;
  const may = async (cookie: string) => (await fetch(`${url}/api/metrics`, { headers: { cookie } })).status;
  expect(await Promise.all(sessions.map(may))).toEqual([200, 200, 200]);
  const streams = await Promise.all([byForm, byAddress].map((cookie) => fetch(`${url}/api/metrics/stream`, { headers: { cookie } })));
  expect(streams.map(({ status }) => status)).toEqual([200, 200]);
  const ended = Promise.all(streams.map(drain));

  // As the page's form does, and as NextAuth's own address is told to.
  const action = findDoors().find((door) => door.type === "action" && door.name.endsWith(" logOut"));
  if (action?.type !== "action") throw new Error("there is no action logOut");
  const body = new FormData();
  body.set("0", '["$K1"]');
  const form = { cookie: byForm, "next-action": action.id, origin: url };
  const left = await fetch(url + action.page, { method: "POST", headers: form, body, redirect: "manual" });
  expect(left.headers.get("x-action-redirect")).toMatch(/^\/;/);
  const asked = await fetch(`${url}/api/auth/csrf`, { headers: { cookie: byAddress } });
  const { csrfToken } = (await asked.json()) as { csrfToken: string };
  const headers = { cookie: `${byAddress}; ${cookiesOf(asked)}`, "content-type": "application/x-www-form-urlencoded" };
  await fetch(`${url}/api/auth/signout`, { method: "POST", redirect: "manual", headers, body: new URLSearchParams({ csrfToken }) });

  expect(await Promise.all(sessions.map(may))).toEqual([401, 401, 200]);
  expect(await db.revokedSession.count()).toBeGreaterThanOrEqual(2);
  // A page that a copy of the cookie asks for counts as nobody's, and renewing it makes no other one.
  const renewed = await fetch(`${url}/api/auth/session`, { headers: { cookie: byForm } });
  expect([await renewed.json(), await may(cookiesOf(renewed))]).toEqual([null, 401]);
  const path = "/copied-cookie";
  await fetch(url + path, { headers: { cookie: byForm, accept: "text/html", "user-agent": FIREFOX } });
  const viewed = () => db.event.findFirst({ where: { path }, select: { userId: true } });
  await expect.poll(viewed, { timeout: 20_000, interval: 50 }).toEqual({ userId: null });

  // At the next beat, within a quarter of a minute, and not after the half hour that a stream lasts.
  await ended;
  await db.account.delete({ where: { email: leaver.email } });
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
