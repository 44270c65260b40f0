import { expect, inject, test } from "vitest";
import { readForms } from "../../lib/demo/traffic/read-forms";
import { cookiesOf } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";

const { url } = inject("app");
const ELSEWHERE = [
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "/.//evil.example",
  `${url}.evil.example/`,
  `${url}@evil.example/`,
  "javascript:alert(1)",
];

/** Where a browser would go. NextAuth calls the server by the address that it listens on. */
const leadsTo = (response: Response) =>
  new URL(response.headers.get("location") ?? "https://no-location.example", url).origin.replace("0.0.0.0", "localhost");

test.each(ELSEWHERE)("a sign-in that was to lead to %s stays here, by the form and by NextAuth's own endpoint", async (callbackUrl) => {
  const page = await fetch(`${url}/login?callbackUrl=${encodeURIComponent(callbackUrl)}`);
  const form = readForms(await page.text()).find(({ names }) => names.has("password")) ?? expect.fail("/login has no form");
  const body = new FormData();
  for (const [name, value] of form.fields) body.set(name, value);
  for (const [name, value] of Object.entries({ ...TEST_OWNER, callbackUrl })) body.set(name, value);
  const byForm = await fetch(`${url}/login`, {
    method: "POST",
    headers: { origin: url, cookie: cookiesOf(page) },
    body,
    redirect: "manual",
  });
  expect([byForm.status, leadsTo(byForm)]).toEqual([303, url]);
  expect(cookiesOf(byForm)).toContain("session-token=");

  const asked = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await asked.json()) as { csrfToken: string };
  const byEndpoint = await fetch(`${url}/api/auth/callback/credentials?callbackUrl=${encodeURIComponent(callbackUrl)}`, {
    method: "POST",
    headers: {
      cookie: `${cookiesOf(asked)}; authjs.callback-url=${encodeURIComponent(callbackUrl)}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ ...TEST_OWNER, callbackUrl, csrfToken }),
    redirect: "manual",
  });
  expect([byEndpoint.status, leadsTo(byEndpoint)]).toEqual([302, url]);
});

test("a sign-in leads to the page that was asked for here", async () => {
  const html = await (await fetch(`${url}/login?callbackUrl=${encodeURIComponent("/dashboard?period=week")}`)).text();
  expect(new Map(readForms(html).flatMap(({ fields }) => fields)).get("callbackUrl")).toBe("/dashboard?period=week");
});
