import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseEnv, SETTING_NAMES } from "../../lib/env";

/** Set by the platform, by npm, or by the tests: nobody chooses them. */
const NOT_CHOSEN = ["FOOTFALL_CHAOS", "FOOTFALL_READING", "INIT_CWD", "NODE_ENV", "VERCEL"];

test(".env.example explains every setting, and none that is not read", () => {
  const explained = [...readFileSync(".env.example", "utf8").matchAll(/^# ([A-Z_]+)=/gm)].map((match) => match[1]);
  const readByAws = ["AWS_SECRET_ACCESS_KEY"];
  expect(explained.sort()).toEqual([...SETTING_NAMES.filter((name) => !NOT_CHOSEN.includes(name)), ...readByAws].sort());
});

test.each([
  ["PORT", "80000"],
  ["DATABASE_URL", "mysql://x"],
  ["FOOTFALL_TIMEZONE", "Mars/Olympus"],
  ["OWNER_PASSWORD", "short"],
  ["AUTH_SECRET", "too short as well"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => parseEnv({ [name]: value })).toThrow(new RegExp(`^${name}: `));
});
