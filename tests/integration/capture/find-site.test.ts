import { afterAll, beforeAll, expect, test } from "vitest";
import { findSite, refreshSite } from "@/lib/capture/find-site";
import { changeSettings } from "@/lib/store/change-settings";
import { createProcessDatabase } from "../../support/process-database";
import type { TestDatabase } from "../../support/test-database";

let database: TestDatabase;
beforeAll(async () => {
  database = await createProcessDatabase();
});
afterAll(() => database.drop());

const fastestPages = ({ settings }: { settings: { fastestPages: number | null } }) => settings.fastestPages;

test("a read that began before the latest one and ends after it does not put back what it found", async () => {
  const { id } = await refreshSite("demo", 1_000);
  await changeSettings(database.db, id, { fastestPages: 50 });
  expect(fastestPages(await refreshSite("demo", 3_000))).toBe(50);
  await changeSettings(database.db, id, { fastestPages: 70 });
  expect(fastestPages(await refreshSite("demo", 2_000))).toBe(50);
  expect(fastestPages(await findSite("demo", 3_001))).toBe(50);
  expect(fastestPages(await findSite("demo", 5_001))).toBe(70);
});
