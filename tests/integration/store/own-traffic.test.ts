import { afterAll, beforeAll, expect, test } from "vitest";
import { periodSpan } from "../../../lib/metrics/calendar";
import { appendEvents } from "../../../lib/store/append-events";
import { addCaptureCounts } from "../../../lib/store/capture-counts";
import { changeSettings } from "../../../lib/store/change-settings";
import { erasePerson } from "../../../lib/store/erase-person";
import { appendExcluded } from "../../../lib/store/excluded";
import { findPerson } from "../../../lib/store/find-person";
import { findMarks, MOST_MARKS, markOwnTraffic, readOwnTraffic, unmarkOwnTraffic } from "../../../lib/store/own-traffic";
import { readQualityDays } from "../../../lib/store/read-quality-days";
import { readSite, type Site } from "../../../lib/store/read-site";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const ADA = { key: "account-ada", label: "Ada Lovelace", gender: "f" } as const;
const at = (minutes: number) => new Date(Date.UTC(2026, 4, 6, 12, minutes));

let database: TestDatabase;
let site: Site;
beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
  await appendEvents(database.db, site, [
    makeEvent({ visitor: "phone", at: at(0), kind: "login", user: ADA }),
    makeEvent({ visitor: "desk", at: at(1), kind: "login", user: ADA }),
    makeEvent({ visitor: "stranger", at: at(2) }),
  ]);
});
afterAll(() => database.drop());

test("a visit and a visitor mean the browser, a known person the account and every browser known as theirs", async () => {
  const { db } = database;
  const stranger = await db.visitor.findFirstOrThrow({ where: { siteId: site.id, key: "stranger" } });
  const browser = { kind: "visitor", key: "stranger", label: `Visitor ${stranger.id}` };
  expect(await findMarks(db, site.id, `visitor:${stranger.id}`)).toEqual([browser]);
  const session = await db.session.findFirstOrThrow({ where: { siteId: site.id, visitorId: stranger.id } });
  expect(await findMarks(db, site.id, `session:${session.id}`)).toEqual([browser]);
  const user = await db.knownUser.findFirstOrThrow({ where: { key: ADA.key } });
  const marks = await findMarks(db, site.id, `user:${user.id}`);
  expect(marks.map(({ kind, key }) => `${kind} ${key}`)).toEqual(["user account-ada", "visitor desk", "visitor phone"]);
  for (const who of ["visitor:999999", "user:0", "session:0", "x:1", "visitor:-1", "", `visitor:${stranger.id}x`])
    await expect(findMarks(db, site.id, who)).rejects.toMatchObject({ code: "not-found" });
  const other = await db.site.create({ data: { slug: "other", name: "Other", timezone: "UTC" } });
  await expect(findMarks(db, other.id, `visitor:${stranger.id}`)).rejects.toMatchObject({ code: "not-found" });
});

test("marks are kept once, taken away by their number, and bounded", async () => {
  const { db } = database;
  const mark = { kind: "visitor", key: "desk", label: "Desk" } as const;
  await markOwnTraffic(db, site.id, [mark]);
  await markOwnTraffic(db, site.id, [mark, { ...mark, key: "phone" }]);
  const [last, first] = await readOwnTraffic(db, site.id);
  expect([first?.key, last?.key]).toEqual(["desk", "phone"]);
  await unmarkOwnTraffic(db, site.id, first?.id ?? 0);
  expect((await readOwnTraffic(db, site.id)).map(({ key }) => key)).toEqual(["phone"]);
  const many = Array.from({ length: MOST_MARKS }, (_, index) => ({ ...mark, key: `many-${index}` }));
  await expect(markOwnTraffic(db, site.id, many)).rejects.toMatchObject({ code: "conflict" });
});

test("who is erased leaves no mark behind", async () => {
  const { db } = database;
  await markOwnTraffic(db, site.id, [
    { kind: "user", key: ADA.key, label: ADA.label },
    { kind: "visitor", key: "desk", label: "Desk" },
    { kind: "visitor", key: "stranger", label: "Stranger" },
  ]);
  await erasePerson(db, site, await findPerson(db, site.id, ADA.key), "tester");
  expect((await readOwnTraffic(db, site.id)).map(({ key }) => key)).toEqual(["stranger"]);
});

test("settings changed at the same moment do not undo one another", async () => {
  const { db } = database;
  await Promise.all([
    changeSettings(db, site.id, { countHashes: true }),
    changeSettings(db, site.id, { fastestPages: null }),
    changeSettings(db, site.id, { exclude: { addresses: ["192.0.2.9/24"], paths: [], hosts: ["A.Example"] } }),
  ]);
  expect((await readSite(db, "demo")).settings).toMatchObject({
    countHashes: true,
    fastestPages: null,
    exclude: { addresses: ["192.0.2.0/24"], paths: [], hosts: ["a.example"] },
    addressPrivacy: "keep",
  });
});

test("each day of a week says what became of its traffic, in the site's own days", async () => {
  const { db } = database;
  const row = { reason: "x", path: "/", method: "GET", status: 200, address: null, userAgent: null } as const;
  const lateEvening = new Date("2026-05-05T18:30:00Z"); // the 6th in Kathmandu
  const kathmandu = { id: site.id, timezone: "Asia/Kathmandu" };
  await appendExcluded(db, site.id, [
    { ...row, category: "bot", at: lateEvening },
    { ...row, category: "own-traffic", at: at(0) },
    { ...row, category: "excluded", at: at(0) },
  ]);
  await addCaptureCounts(db, kathmandu, at(0), {
    "ignored:prefetch": 4,
    "ignored:redirect": 9,
    "dropped:stopped": 1,
  });
  const days = await readQualityDays(db, kathmandu, periodSpan(kathmandu.timezone, "week", "2026-05-07"));
  expect(days.map(({ date }) => date)).toEqual(Array.from({ length: 7 }, (_, index) => `2026-05-0${index + 1}`));
  const { actions: counted } = await db.rollup.findFirstOrThrow({ where: { siteId: site.id, grain: "day", day: new Date("2026-05-06") } });
  expect(counted).toBeGreaterThan(0);
  expect(days[5]).toEqual({ date: "2026-05-06", counted, bots: 1, aiAgents: 0, prefetches: 4, own: 1, excluded: 1, dropped: 1 });
  expect(days[4]).toMatchObject({ bots: 0, own: 0 });
});
