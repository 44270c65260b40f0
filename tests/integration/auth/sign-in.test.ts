import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Registration } from "../../../lib/auth/account-input";
import { authenticate } from "../../../lib/auth/authenticate";
import { changePassword } from "../../../lib/auth/change-password";
import { endSession } from "../../../lib/auth/end-session";
import { ensureOwner } from "../../../lib/auth/ensure-owner";
import { findRevoked } from "../../../lib/auth/find-revoked";
import { verifyPassword } from "../../../lib/auth/password";
import { registerAccount } from "../../../lib/auth/register-account";
import { within } from "../../../lib/capture/within";
import { withConnection } from "../../../lib/db/client";
import { log } from "../../../lib/observe/log";
import { isKnownAddress, noteKnownAddress } from "../../../lib/store/known-addresses";
import { readSignIn } from "../../../lib/store/sign-ins";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";
import { TEST_OWNER } from "../../support/test-owner";

const ADA = { name: "Ada", surname: "Lovelace", email: "Ada@Example.org", password: "a long password", gender: "f" };
const HOME = "192.0.2.1";
const ACCOUNT_ATTEMPTS = 10;
const ADDRESS_ATTEMPTS = 100;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.rateLimit.deleteMany();
  await database.db.account.deleteMany({ where: { role: "member" } });
});

const register = (change: object = {}, address = HOME) => registerAccount(Registration.parse({ ...ADA, ...change }), address, database.db);
const registered = async () => (await register()) ?? expect.fail("the e-mail is taken");
const signIn = (password: string, email = "ada@example.org", address = HOME) => authenticate({ email, password }, address, database.db);

describe("a registration", () => {
  test("makes an account without rights, its password only as an argon2id hash", async () => {
    const account = await registered();
    expect(account).toMatchObject({ email: "ada@example.org", role: "member", gender: "f" });
    expect(account.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("makes nothing for an e-mail that is taken, whatever its case, also when two come at once, and changes nothing of who has it", async () => {
    const made = await Promise.all([register(), register({ email: "ADA@example.org" })]);
    expect(made.filter((account) => account !== null)).toHaveLength(1);
    const before = await database.db.account.findUniqueOrThrow({ where: { email: "ada@example.org" } });
    expect(await register({ name: "Eve", surname: "Evil", password: "a password of Eve's", gender: "m" })).toBeNull();
    expect(await database.db.account.findUniqueOrThrow({ where: { email: "ada@example.org" } })).toEqual(before);
  });

  test("takes as long for an e-mail that is taken as for a new one", async () => {
    await register();
    const [taken, fresh]: [number[], number[]] = [[], []];
    for (let i = 0; i < 9; i++) {
      for (const [times, email] of [[taken, "ada@example.org"] as const, [fresh, `fresh-${i}@example.org`] as const]) {
        const start = performance.now();
        await register({ email });
        times.push(performance.now() - start);
      }
    }
    const ratio = Math.min(...taken) / Math.min(...fresh);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});

describe("a sign-in", () => {
  test("opens with the right password and with nothing else", async () => {
    const { id } = await registered();
    expect(await signIn(ADA.password)).toMatchObject({ id });
    expect(await signIn("a wrong password")).toBeNull();
    expect(await signIn(ADA.password, "nobody@example.org")).toBeNull();
  });

  test("takes as long for an e-mail nobody has as for a wrong password", async () => {
    await register();
    await verifyPassword(null, "warm up");
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let i = 0; i < ACCOUNT_ATTEMPTS - 1; i++) {
      for (const [times, email] of [[known, "ada@example.org"] as const, [unknown, "nobody@example.org"] as const]) {
        const start = performance.now();
        await signIn("a wrong password", email);
        times.push(performance.now() - start);
      }
    }
    const ratio = Math.min(...known) / Math.min(...unknown);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test("is shut for an account after ten failures, even with the right password, and for that account only", async () => {
    await register();
    await register({ email: "grace@example.org" });
    for (let i = 0; i < ACCOUNT_ATTEMPTS; i++) expect(await signIn("a wrong password", undefined, `192.0.2.${i}`)).toBeNull();
    await expect(signIn(ADA.password)).rejects.toMatchObject({ code: "too-many" });
    expect(await signIn(ADA.password, "grace@example.org")).not.toBeNull();
  });

  test("cannot be shut by strangers where the account was signed in to before; nor do its own failures there shut it elsewhere", async () => {
    await register();
    expect(await signIn(ADA.password)).not.toBeNull();
    const fail = (address: string) => signIn("a wrong password", undefined, address);
    for (let i = 0; i < ACCOUNT_ATTEMPTS; i++) expect(await fail(`198.51.100.${i}`)).toBeNull();
    const refusal = await signIn(ADA.password, undefined, "198.51.100.99").catch((error: Error) => error.message);
    expect(refusal).toMatch(/^Too many attempts/);
    for (let i = 0; i < ACCOUNT_ATTEMPTS - 1; i++) expect(await fail(HOME)).toBeNull();
    expect(await signIn(ADA.password)).not.toBeNull();
    // What was right here has not let the strangers begin anew.
    await expect(signIn(ADA.password, undefined, "198.51.100.99")).rejects.toMatchObject({ code: "too-many" });
    await database.db.rateLimit.deleteMany();
    for (let i = 0; i < ACCOUNT_ATTEMPTS; i++) expect(await fail(HOME)).toBeNull();
    expect(await signIn(ADA.password).catch((error: Error) => error.message)).toBe(refusal);
    expect(await signIn(ADA.password, undefined, "203.0.113.5")).not.toBeNull();
    // Who is nobody's address is nobody's to be known by.
    await database.db.rateLimit.deleteMany();
    expect(await signIn(ADA.password, undefined, "unknown")).not.toBeNull();
    for (let i = 0; i < ACCOUNT_ATTEMPTS; i++) expect(await fail(`198.51.100.${i}`)).toBeNull();
    await expect(signIn(ADA.password, undefined, "unknown")).rejects.toMatchObject({ code: "too-many" });
  });

  test("is remembered by where it came from for 90 days, of the latest fifty places, as digests that go with the account", async () => {
    const { id } = await registered();
    const { db } = database;
    const note = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from }, (_, i) => noteKnownAddress(db, id, `192.0.2.${from + i}`)));
    const knows = (last: number) => isKnownAddress(db, "ada@example.org", `192.0.2.${last}`);
    await note(0, 1);
    await db.knownAddress.updateMany({ data: { seenAt: new Date(Date.now() - 3_600_000) } });
    await note(1, 50);
    expect([await knows(0), await knows(1), await knows(60)]).toEqual([true, true, false]);
    await note(50, 51);
    expect([await knows(0), await knows(1), await knows(50)]).toEqual([false, true, true]);
    expect(await isKnownAddress(db, "nobody@example.org", "192.0.2.1")).toBe(false);
    expect(JSON.stringify(await db.knownAddress.findMany())).not.toMatch(/192\.0/);
    await db.knownAddress.updateMany({ data: { seenAt: new Date(Date.now() - 91 * 24 * 3_600_000) } });
    expect(await knows(1)).toBe(false);
    await note(1, 2);
    expect([await knows(1), await db.knownAddress.count()]).toEqual([true, 1]);
    await db.account.delete({ where: { id } });
    expect(await db.knownAddress.count()).toBe(0);
  });

  test("waits for nobody who comes back at the same time: of what is too long ago it forgets what nobody else holds", async () => {
    const { db } = database;
    const [ada, grace] = [await registered(), (await register({ email: "grace@example.org" })) ?? expect.fail("the e-mail is taken")];
    await Promise.all([ada, grace].flatMap(({ id }) => [HOME, "192.0.2.2"].map((address) => noteKnownAddress(db, id, address))));
    await db.knownAddress.updateMany({ data: { seenAt: new Date(Date.now() - 91 * 24 * 3_600_000) } });
    await withConnection(db, async (other) => {
      await other.query("BEGIN");
      await other.query("SELECT FROM known_address WHERE account_id = $1 LIMIT 1 FOR UPDATE", [grace.id]);
      await within(20_000, noteKnownAddress(db, ada.id, HOME));
      expect(await db.knownAddress.count()).toBe(2);
    });
    expect(await isKnownAddress(db, "ada@example.org", HOME)).toBe(true);
  });

  test("with the right password opens also when it cannot be noted where, and the log says so of nobody", async () => {
    const { id } = await registered();
    const logged = vi.spyOn(log(), "error").mockImplementation(() => undefined);
    await database.db.$executeRaw`ALTER TABLE known_address ADD CONSTRAINT broken CHECK (false) NOT VALID`;
    try {
      expect(await signIn(ADA.password)).toMatchObject({ id });
      expect(logged.mock.calls).toEqual([
        [{ reason: "the database does not take it (23514)." }, "a sign-in could not note where an account was signed in to"],
      ]);
    } finally {
      await database.db.$executeRaw`ALTER TABLE known_address DROP CONSTRAINT broken`;
      logged.mockRestore();
    }
  });

  test("is shut for an e-mail nobody has in the same way", async () => {
    for (let i = 0; i < ACCOUNT_ATTEMPTS; i++) expect(await signIn("a wrong password", "nobody@example.org")).toBeNull();
    await expect(signIn("a wrong password", "nobody@example.org")).rejects.toMatchObject({ code: "too-many" });
  });

  test("that succeeds costs nothing: many in a row from one place are fine", async () => {
    await register();
    for (let i = 0; i < ACCOUNT_ATTEMPTS + 5; i++) expect(await signIn(ADA.password)).not.toBeNull();
  });

  test("is shut for an address after a hundred failures on many accounts, and for that address only", async () => {
    await register();
    await database.db.rateLimit.deleteMany();
    await signIn("a wrong password", "first@example.org");
    await database.db.rateLimit.updateMany({ where: { key: { startsWith: "signin-address:" } }, data: { points: ADDRESS_ATTEMPTS } });
    await expect(signIn(ADA.password)).rejects.toMatchObject({ code: "too-many" });
    expect(await signIn(ADA.password, undefined, "198.51.100.7")).not.toBeNull();
  });

  test("counts attempts that come at the same moment", async () => {
    await register();
    const results = await Promise.allSettled(Array.from({ length: ACCOUNT_ATTEMPTS * 2 }, () => signIn("a wrong password")));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(ACCOUNT_ATTEMPTS);
  });

  test("leaves no e-mail and no address in the counters", async () => {
    await signIn("a wrong password");
    for (const { key } of await database.db.rateLimit.findMany()) expect(key).not.toMatch(/ada|example|192\.0/);
  });
});

describe("a changed password", () => {
  test("moves the date that sessions are held against", async () => {
    const before = await registered();
    await changePassword(before.id, "another password", database.db);
    const after = await signIn("another password");
    expect(after?.passwordChangedAt.getTime()).toBeGreaterThan(before.passwordChangedAt.getTime());
    expect(await signIn(ADA.password)).toBeNull();
  });
});

describe("a session that was signed out of", () => {
  test("is noted until its token has run out, and a day more", async () => {
    const { id } = await registered();
    const [old, recent] = [randomUUID(), randomUUID()];
    await endSession({ sub: id, sid: old, endsAt: Date.now() - 25 * 3_600_000 }, database.db);
    await endSession({ sub: id, sid: recent, endsAt: Date.now() - 23 * 3_600_000 }, database.db);
    await endSession({ sub: id, sid: recent, endsAt: Date.now() }, database.db);
    expect((await database.db.revokedSession.findMany()).map(({ sid }) => sid)).toEqual([recent]);
    expect(await readSignIn(database.db, id, recent)).toMatchObject({ name: ADA.name, role: "member", revoked: true });
    expect(await readSignIn(database.db, id, old)).toMatchObject({ revoked: false });
    expect(await readSignIn(database.db, randomUUID(), recent)).toBeNull();
  });
});

describe("a permit to watch", () => {
  test("ends with the role, with the password, with the account and with its own session", async () => {
    const owner = await ensureOwner(database.db);
    const account = await database.db.account.findUniqueOrThrow({ where: { email: owner.email } });
    const member = await registered();
    const permitOf = ({ id, passwordChangedAt }: { id: string; passwordChangedAt: Date }) => ({
      accountId: id,
      passwordChangedAt: passwordChangedAt.getTime(),
      sid: randomUUID(),
    });
    const good = permitOf(account);
    const left = permitOf(account);
    await endSession({ sub: account.id, sid: left.sid, endsAt: Date.now() + 1_000 }, database.db);
    const bad = [left, permitOf(member), { ...good, passwordChangedAt: good.passwordChangedAt - 1 }, { ...good, accountId: randomUUID() }];
    expect(await findRevoked(database.db, [good, ...bad])).toEqual(bad);
  });
});

describe("the owner", () => {
  test("is made once, with a generated password when none is given", async () => {
    await database.db.account.deleteMany();
    const made = await ensureOwner(database.db);
    expect(made.outcome).toBe("created");
    expect(await signIn(made.generatedPassword ?? "", made.email)).toMatchObject({ role: "owner" });
    expect(await ensureOwner(database.db)).toMatchObject({ outcome: "kept", generatedPassword: null });
  });

  test("gets the password of the settings, which is the way back in", async () => {
    const { email } = await ensureOwner(database.db, { password: "a forgotten one" });
    expect(await signIn("a forgotten one", email)).toMatchObject({ role: "owner" });
    expect(await ensureOwner(database.db, { password: "a forgotten one" })).toMatchObject({ outcome: "kept" });
  });

  test("is one, when two servers start at once", async () => {
    await database.db.account.deleteMany();
    const states = await Promise.all([ensureOwner(database.db, TEST_OWNER), ensureOwner(database.db, TEST_OWNER)]);
    expect(states.map((state) => state.outcome)).toContain("created");
    expect(await database.db.account.count()).toBe(1);
    expect(await signIn(TEST_OWNER.password, TEST_OWNER.email)).toMatchObject({ role: "owner" });
  });
});
