import { createTestDatabase, type TestDatabase } from "./test-database";

const slot = Symbol.for("footfall.db");

/** A test database that is the process's own: what `db()` gives, until it is dropped. */
export async function createProcessDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  Object.assign(globalThis, { [slot]: database.db });
  return {
    ...database,
    drop: async () => {
      Object.assign(globalThis, { [slot]: undefined });
      await database.drop();
    },
  };
}
