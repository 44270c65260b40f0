import { expect, test } from "vitest";
import { contentSecurityPolicy, securityHeaders } from "../../../lib/http/security-headers";

const scriptsOf = (policy: string) => policy.split("; ").find((directive) => directive.startsWith("script-src "));

test("a script needs the nonce of its response: neither inline code nor eval is let through", () => {
  const scripts = scriptsOf(contentSecurityPolicy({ nonce: "abc", https: true }));
  expect(scripts).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'");
});

test("development may evaluate, and says so nowhere else", () => {
  expect(contentSecurityPolicy({ nonce: "abc", https: false, development: true })).toContain("'unsafe-eval'");
});

test("no page may be framed, and no form may post elsewhere", () => {
  const policy = contentSecurityPolicy({ nonce: "abc", https: true });
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("form-action 'self'");
  expect(policy).toContain("base-uri 'none'");
});

test.each([
  [true, "max-age=31536000"],
  [false, undefined],
])("transport security is asked for over https only (%s)", (https, expected) => {
  expect(securityHeaders({ nonce: "abc", https })["Strict-Transport-Security"]).toBe(expected);
});
