import { expect, test } from "vitest";
import { runCommand } from "../../support/run-command";
import { createTestDatabase } from "../../support/test-database";

test("the same seed is not counted twice by mistake, and again only when asked to", async () => {
  const database = await createTestDatabase();
  try {
    const count = () => Promise.all([database.db.event.count(), database.db.excludedEvent.count()]);
    const seed = (...args: string[]) => runCommand("seed", ["--events", "400", "--days", "3", ...args], database.url);
    expect((await seed()).code).toBe(0);
    const once = await count();
    expect(once[0]).toBe(400);
    expect(once[1]).toBeGreaterThan(10);
    expect(await seed()).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "footfall seed: demo has the history of --seed 1 already. Another --seed adds other people; --again adds more of the same ones.\n",
    });
    expect(await count()).toEqual(once);
    expect((await seed("--again", "--days", "2")).code).toBe(0);
    expect((await count())[0]).toBeGreaterThan(400);
  } finally {
    await database.drop();
  }
});
