import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Credentials, Registration } from "../../../lib/auth/account-input";

const ADA = { name: "Ada", surname: "Lovelace", email: "ada@example.org", password: "a long password", gender: "unknown" };

describe("what a registration may say", () => {
  test("is trimmed, and the e-mail is taken in lower case", () => {
    expect(Registration.parse({ ...ADA, name: "  Ada ", email: " Ada@Example.ORG " })).toMatchObject({
      name: "Ada",
      email: "ada@example.org",
    });
  });

  test.each([
    ["name", ""],
    ["name", "   "],
    ["name", "a".repeat(81)],
    ["name", "A\u0000da"],
    ["surname", "\ud800"],
    ["surname", undefined],
    ["email", "ada"],
    ["email", "ada@example"],
    ["email", "a da@example.org"],
    ["email", `${"a".repeat(250)}@example.org`],
    ["password", "too short"],
    ["password", "x".repeat(201)],
    ["gender", "other"],
    ["gender", undefined],
  ])("not %s %j", (field, value) => {
    const problems = Registration.safeParse({ ...ADA, [field]: value }).error?.issues ?? [];
    expect(problems.map((issue) => issue.path[0])).toEqual(expect.arrayContaining([field]));
    expect(new Set(problems.map((issue) => issue.path[0])).size).toBe(1);
  });

  test("keeps names of all the world", () => {
    for (const name of ["Łukasz", "Мария", "美咲", "O’Brien", "José-María", "علي", "👩‍🚀"])
      expect(Registration.parse({ ...ADA, name }).name).toBe(name);
  });

  test("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (email, password) => {
        expect(typeof Credentials.safeParse({ email, password }).success).toBe("boolean");
        expect(typeof Registration.safeParse({ ...ADA, email, password }).success).toBe("boolean");
      }),
    );
  });
});
