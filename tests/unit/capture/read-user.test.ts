import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rememberRevoked } from "@/lib/auth/session-state";
import { readUser } from "@/lib/capture/read-user";
import { setEnv } from "@/lib/env";

const SECRET = "a secret that only this test knows, long enough";
const COOKIE = "authjs.session-token";
const CLAIMS = {
  sub: "account-1",
  sid: "session-1",
  passwordChangedAt: 1,
  name: "Ada Lovelace",
  gender: "f",
  endsAt: Date.now() + 3_600_000,
};

beforeAll(() => setEnv({ AUTH_SECRET: SECRET }));
afterAll(() => setEnv({ AUTH_SECRET: "" }));

const cookieOf = async ({ claims, ...given }: { secret?: string; maxAge?: number; claims?: object } = {}) =>
  `theme=dark; ${COOKIE}=${await encode({ token: { ...CLAIMS, ...claims }, secret: SECRET, salt: COOKIE, maxAge: 60, ...given })}`;

test("who is signed in is read from the session's token, and from no other", async () => {
  expect(await readUser(await cookieOf())).toEqual({ key: "account-1", label: "Ada Lovelace", gender: "f" });
  expect(await readUser(await cookieOf({ secret: `${SECRET}!` }))).toBeNull();
  expect(await readUser(`${COOKIE}=account-1`)).toBeNull();
  expect(await readUser(undefined)).toBeNull();
});

test("a token that was read once is worth nothing once it has run out", async () => {
  const cookie = await cookieOf();
  const now = Date.now();
  expect(await readUser(cookie, new Date(now))).toMatchObject({ key: "account-1" });
  expect(await readUser(cookie, new Date(now + 59_000))).toMatchObject({ key: "account-1" });
  expect(await readUser(cookie, new Date(now + 61_000))).toBeNull();
});

test("nor once its session has run out or was signed out of here, however often it was renewed and whoever holds it", async () => {
  expect(await readUser(await cookieOf({ claims: { endsAt: Date.now() - 1 } }))).toBeNull();
  const [here, elsewhere] = [await cookieOf({ claims: { sid: "session-2" } }), await cookieOf()];
  const before = new Date(Date.now() - 1_000);
  expect(await readUser(here)).toMatchObject({ key: "account-1" });
  rememberRevoked({ sid: "session-2" });
  expect(await readUser(here, new Date(Date.now() + 1))).toBeNull();
  // What was asked for before, and is answered only now.
  expect(await readUser(here, before)).toMatchObject({ key: "account-1" });
  expect(await readUser(elsewhere)).toMatchObject({ key: "account-1" });
});
