import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { hashPassword } from "../../lib/auth/password";
import { openDatabase } from "../../lib/db/client";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";

const { url, databaseUrl } = inject("app");
const DOCUMENT = { accept: "text/html", "sec-fetch-dest": "document" };
const email = "member@without-scripts.example";
const password = "a password of a test";
const db = openDatabase(databaseUrl, { poolSize: 1 });

beforeAll(async () => {
  await db.account.create({ data: { email, passwordHash: await hashPassword(password), name: "Mia", surname: "Member", role: "member" } });
});
afterAll(async () => {
  await db.account.delete({ where: { email } });
  await db.$disconnect();
});

/** What a browser shows that runs no scripts. */
const visible = (html: string) =>
  (/<body[^>]*>(.*)<\/body>/s.exec(html)?.[1] ?? "").replace(/<(script|template|style)\b.*?<\/\1>/gs, "").replace(/<[^>]+>/g, " ");

test("who may not see the dashboard reads so with status 403, without scripts too", async () => {
  const { cookie } = await signIn(url, { email, password });
  for (const path of ["/dashboard", "/dashboard/settings"]) {
    const response = await fetch(url + path, { headers: { ...DOCUMENT, cookie } });
    expect(response.status).toBe(403);
    expect(visible(await response.text())).toContain("This dashboard is not for you");
  }
});

test.each([
  "/no-such-page",
  "/launches/no-such-launch",
  "/dashboard?site=nowhere",
  "/dashboard/rows?metric=nothing",
  "/dashboard/visitors/address",
])("%s leads nowhere and says so with status 404, without scripts too", async (path) => {
  const { cookie } = await signIn(url, TEST_OWNER);
  const response = await fetch(url + path, { headers: { ...DOCUMENT, cookie } });
  expect(response.status).toBe(404);
  expect(visible(await response.text())).toContain("There is no page here.");
});

test("a refusal that is data stays data, also where a page was asked for", async () => {
  const { cookie } = await signIn(url, { email, password });
  const response = await fetch(`${url}/dashboard/export/rows?metric=actions`, { headers: { ...DOCUMENT, cookie } });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ error: { code: "forbidden" } });
});
