import { expect, test } from "vitest";
import { checkAuthSecret, isLocalDatabase } from "../../../lib/auth/auth-secret";

test("a missing secret is made up for a database on this machine only", () => {
  expect(() => checkAuthSecret(undefined, { mayGenerate: true })).not.toThrow();
  expect(() => checkAuthSecret(undefined, { mayGenerate: false })).toThrow(/AUTH_SECRET is not set.*openssl/);
});

test.each(["x".repeat(64), "changemechangemechangemechangeme", "short"])("%s is refused, with what to do", (secret) => {
  expect(() => checkAuthSecret(secret, { mayGenerate: true })).toThrow(/too weak.*openssl/);
});

test("a random secret passes", () => {
  expect(() => checkAuthSecret("Zk3v9QpW7sYt2LxB8mNc4RdH6fJgKa1e", { mayGenerate: false })).not.toThrow();
});

test.each([
  ["postgresql://u:p@localhost:5432/x", true],
  ["postgresql://u:p@127.0.0.1/x", true],
  ["postgresql://u:p@[::1]:5432/x", true],
  ["postgresql://u:p@db.example.com/x", false],
  ["postgresql://u:p@10.0.0.7/x", false],
])("%s is on this machine: %s", (url, expected) => {
  expect(isLocalDatabase(url)).toBe(expected);
});
