import { expect, inject, test } from "vitest";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";

const { url } = inject("app");
const OVER_HTTPS = { "x-forwarded-proto": "https" };

const nonceOf = (response: Response) => /script-src [^;]*'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1];
const scriptsOf = (html: string) => [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);

test.each(["/", "/login", "/house-price", "/launches", "/no-such-page"])(
  "every script of %s carries the nonce of its answer",
  async (path) => {
    const response = await fetch(url + path);
    const nonce = nonceOf(response);
    const scripts = scriptsOf(await response.text());
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
  },
);

test("every script of the dashboard carries the nonce of its answer", async () => {
  const { cookie } = await signIn(url, TEST_OWNER);
  const response = await fetch(`${url}/dashboard`, { headers: { cookie } });
  const nonce = nonceOf(response);
  const scripts = scriptsOf(await response.text());
  expect(response.status).toBe(200);
  expect(scripts.length).toBeGreaterThan(5);
  expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
});

test("a nonce is used once, and none that a client sends", async () => {
  const headers = { "x-nonce": "mine", "content-security-policy": "script-src 'nonce-mine'" };
  const [first, second] = [await fetch(url, { headers }), await fetch(url, { headers })];
  expect(nonceOf(first)).not.toBe(nonceOf(second));
  expect(await first.text()).not.toContain('nonce="mine"');
});

test.each(["/", "/dashboard", "/api/health", "/api/metrics", "/icon.svg", "/no-such-page"])(
  "%s answers with every header",
  async (path) => {
    const { headers } = await fetch(url + path, { redirect: "manual", headers: OVER_HTTPS });
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.split("; ").find((directive) => directive.startsWith("script-src"))).not.toContain("unsafe");
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
      "strict-transport-security": "max-age=31536000",
    });
  },
);

test("transport security is not asked for over plain http", async () => {
  expect((await fetch(url)).headers.get("strict-transport-security")).toBeNull();
});

test("over https every cookie is Secure, HttpOnly and SameSite", async () => {
  const page = await fetch(url, { headers: { ...OVER_HTTPS, "sec-fetch-dest": "document", accept: "text/html" } });
  const { asked, answered } = await signIn(url, TEST_OWNER, OVER_HTTPS);
  const cookies = [page, asked, answered].flatMap(({ headers }) => headers.getSetCookie());
  expect(cookies.filter((cookie) => cookie.includes("session-token")).length).toBeGreaterThan(0);
  expect(cookies.length).toBeGreaterThan(3);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; ?Secure/i);
    expect(cookie).toMatch(/; ?HttpOnly/i);
    expect(cookie).toMatch(/; ?SameSite=(Lax|Strict)/i);
  }
});
