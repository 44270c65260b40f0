import { expect, test } from "vitest";
import { importWorkedExample } from "../../support/import-worked-example";
import { runCommand } from "../../support/run-command";
import { createTestDatabase } from "../../support/test-database";

test("a span of ten thousand years is compared over the days that have data, and finds what is damaged there", async () => {
  const database = await createTestDatabase();
  try {
    await importWorkedExample(database.db, "example");
    const verify = (from: string, to: string) => runCommand("verify", ["--site", "example", "--from", from, "--to", to], database.url);
    const whole = await verify("0001-01-01", "9999-12-31");
    expect({ code: whole.code, stderr: whole.stderr }).toEqual({ code: 0, stderr: "" });
    await database.db.$executeRaw`UPDATE session SET interactions = interactions + 1`;
    expect((await verify("0001-01-01", "9999-12-31")).code).toBe(1);
    for (const year of ["0001", "9999"]) expect((await verify(`${year}-01-01`, `${year}-12-31`)).code).toBe(0);
    await database.db.site.create({ data: { slug: "empty", name: "Empty", timezone: "UTC" } });
    expect((await runCommand("verify", ["--site", "empty", "--from", "0001-01-01", "--to", "9999-12-31"], database.url)).code).toBe(0);
  } finally {
    await database.drop();
  }
});
