import { expect, test } from "vitest";
import { findForeignOrigin } from "../../../lib/http/cross-site";

test.each([
  [{ host: "a.example" }, null],
  [{ host: "a.example", origin: "https://a.example" }, null],
  [{ host: "a.example:3000", origin: "http://a.example:3000" }, null],
  [{ host: "inner:3000", "x-forwarded-host": "a.example", origin: "https://a.example" }, null],
  [{ host: "a.example", origin: "https://evil.example" }, "https://evil.example"],
  [{ host: "a.example", origin: "https://a.example.evil.example" }, "https://a.example.evil.example"],
  [{ host: "a.example", origin: "null" }, "null"],
  [{ host: "a.example", origin: "no address" }, "no address"],
  [{ host: "a.example", "x-forwarded-host": "';--", origin: "https://a.example" }, "https://a.example"],
  [{ host: "a.example", "sec-fetch-site": "cross-site" }, "another site"],
  [{ host: "a.example", "sec-fetch-site": "same-origin" }, null],
] as [Record<string, string>, string | null][])("%j comes from %s", (headers, expected) => {
  expect(findForeignOrigin(new Headers(headers))).toBe(expected);
});
