import { expect, test } from "vitest";
import { requireCronSecret } from "@/lib/auth/require-cron-secret";

test("the scheduler that knows the secret passes", () => {
  expect(() => requireCronSecret("Bearer s3cret", "s3cret")).not.toThrow();
});

test.each([
  [null, "s3cret"],
  ["Bearer ", "s3cret"],
  ["Bearer s3cre", "s3cret"],
  ["s3cret", "s3cret"],
  ["Bearer ", ""],
  ["Bearer undefined", undefined],
])("%j against the secret %j does not pass", (authorization, secret) => {
  expect(() => requireCronSecret(authorization, secret)).toThrow(/scheduler/);
});
