import { afterAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { readSite } from "../../lib/store/read-site";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { findDoors } from "./access/find-doors";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 1 });
const before = await readSite(db, "demo");
afterAll(async () => {
  await db.site.update({ where: { id: before.id }, data: { settings: before.settings } });
  await db.$disconnect();
});

/** Sends the form of the settings as React does. */
async function save(keep: Record<"eventDays" | "numberDays" | "archiveDays", string>): Promise<string> {
  const action = findDoors().find((door) => door.type === "action" && door.name.endsWith(" saveSettings"));
  if (action?.type !== "action") throw new Error("there is no action saveSettings");
  const { cookie } = await signIn(url, TEST_OWNER);
  const { addressPrivacy, privacySignal } = before.settings;
  const body = new FormData();
  for (const [name, value] of Object.entries({
    site: "demo",
    name: before.name,
    timezone: before.timezone,
    addressPrivacy,
    privacySignal,
    ...keep,
  }))
    body.set(`_1_${name}`, value);
  body.set("0", JSON.stringify([{ attempt: 0, message: null, errors: {}, values: {} }, "$K1"]));
  const headers = { cookie, "next-action": action.id, origin: url };
  return (await fetch(url + action.page, { method: "POST", headers, body })).text();
}
const kept = async () => {
  const { eventDays, numberDays, archiveDays } = (await readSite(db, "demo")).settings;
  return { eventDays, numberDays, archiveDays };
};

test("each kind is kept for days of its own, numbers at least as long as events, and it stands in the audit log", async () => {
  expect(await save({ eventDays: "90", numberDays: "30", archiveDays: "" })).toContain("At least as many days as of events");
  expect(await save({ eventDays: "3", numberDays: "", archiveDays: "" })).toContain("A whole number from 7 to 3650");
  for (const archiveDays of ["", "500"])
    expect(await save({ eventDays: "90", numberDays: "400", archiveDays })).toContain("At most as many days as of numbers");
  expect(await kept()).toEqual({ eventDays: null, numberDays: null, archiveDays: null });
  expect(await save({ eventDays: "90", numberDays: "400", archiveDays: "365" })).toContain("Saved.");
  expect(await kept()).toEqual({ eventDays: 90, numberDays: 400, archiveDays: 365 });
  const entry = await db.auditEntry.findFirst({ where: { action: "settings.change" }, orderBy: { id: "desc" } });
  expect(entry).toMatchObject({ actor: TEST_OWNER.email, details: { eventDays: 90, numberDays: 400, archiveDays: 365 } });
});
