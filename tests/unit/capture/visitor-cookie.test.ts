import { expect, test } from "vitest";
import { makeVisitorId, parseVisitorId, visitorCookieOptions } from "@/lib/capture/visitor-cookie";

test("an id has 128 random bits and is read back as it was made", () => {
  const ids = Array.from({ length: 1_000 }, () => makeVisitorId());
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) {
    expect(Buffer.from(id, "base64url")).toHaveLength(16);
    expect(parseVisitorId(id)).toBe(id);
  }
});

test.each([
  undefined,
  "",
  "1",
  "admin",
  `${"a".repeat(21)}A\n`,
  "a".repeat(23),
  `${"a".repeat(21)}b`,
  "día:0000000000000000000",
  "a".repeat(10_000),
])("a cookie that is none of ours names nobody: %s", (value) => {
  expect(parseVisitorId(value)).toBeNull();
});

test("scripts cannot read the cookie, other sites' posts do not carry it, and https keeps it to https", () => {
  expect(visitorCookieOptions(true)).toEqual({ httpOnly: true, sameSite: "lax", secure: true, path: "/", maxAge: 31_536_000 });
  expect(visitorCookieOptions(false).secure).toBe(false);
});
