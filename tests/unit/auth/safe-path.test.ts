import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safePath } from "../../../lib/auth/safe-path";

describe("where a sign-in leads", () => {
  test.each(["/", "/dashboard", "/dashboard?period=week#users", "/launches/falcon-9", "/house-price?a=//b"])("keeps %s", (path) => {
    expect(safePath(path)).toBe(path);
  });

  test.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "evil.example",
    "",
    "/login?callbackUrl=/login",
    "/logout",
    "/api/auth/signout",
    undefined,
    ["/dashboard"],
  ])("leads home instead of to %j", (value) => {
    expect(safePath(value)).toBe("/");
  });

  test("leads home instead of to an endless path", () => {
    expect(safePath(`/${"a".repeat(2000)}`)).toBe("/");
  });

  test("never leaves the site, whatever is asked", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom("/", "/./", "/../", "//", "\\", ".", "..", "@", ":", "evil.example", "%2f", "%5c", "\t", "?", "#", "http"),
        ),
        (parts) => {
          for (const value of [parts.join(""), `/${parts.join("")}`]) {
            const origin = new URL(safePath(value), "https://site.example").origin;
            expect(origin).toBe("https://site.example");
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
