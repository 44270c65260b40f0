import { randomUUID } from "node:crypto";
import { afterAll, expect, inject, test } from "vitest";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { openDatabase } from "../../lib/db/client";
import { readSite } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { BROWSERS } from "../support/user-agents";
import { findDoors } from "./access/find-doors";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 2 });
afterAll(() => db.$disconnect());

/** Sends the form of the settings as React does. */
async function erase(cookie: string, person: string, again = person): Promise<string> {
  const action = findDoors().find((door) => door.type === "action" && door.name.endsWith(" erasePersonByForm"));
  if (action?.type !== "action") throw new Error("there is no action erasePersonByForm");
  const body = new FormData();
  for (const [name, value] of Object.entries({ site: "demo", person, again })) body.set(`_1_${name}`, value);
  body.set("0", JSON.stringify([{ attempt: 0, message: null, errors: {}, values: {} }, "$K1"]));
  return (await fetch(url + action.page, { method: "POST", headers: { cookie, "next-action": action.id, origin: url }, body })).text();
}

async function send(visitor: string): Promise<number> {
  const headers = { "user-agent": BROWSERS[0] as string, cookie: `ff_visitor=${visitor}` };
  const body = JSON.stringify([1, 2, 3].map(() => ({ id: randomUUID(), kind: "view", path: "/house-price" })));
  return (await fetch(`${url}/api/collect`, { method: "POST", headers, body })).status;
}

test("the owner saves and erases one person from the dashboard; what that browser does afterwards counts as somebody new", async () => {
  const { cookie } = await signIn(url, TEST_OWNER);
  const [gone, stays] = [makeVisitorId(), makeVisitorId()];
  expect([await send(gone), await send(stays)]).toEqual([202, 202]);
  const eventsOf = async (key: string) => {
    const visitors = await db.visitor.findMany({ where: { key }, select: { id: true } });
    return db.event.count({ where: { visitorId: { in: visitors.map(({ id }) => id) } } });
  };
  expect([await eventsOf(gone), await eventsOf(stays)]).toEqual([3, 3]);

  const saved = await fetch(`${url}/dashboard/export/person?person=${gone}`, { headers: { cookie } });
  expect(saved.headers.get("content-disposition")).toContain("attachment");
  expect(((await saved.json()) as { events: unknown[] }).events).toHaveLength(3);

  expect(await erase(cookie, gone, "somebody else")).toContain("it cannot be undone");
  expect(await erase(cookie, "nobody at all")).toContain("nobody here has that");
  expect(await eventsOf(gone)).toBe(3);
  expect(await erase(cookie, gone)).toContain("Erased: 3 events of 1 days.");
  expect([await db.visitor.count({ where: { key: gone } }), await eventsOf(stays)]).toEqual([0, 3]);
  expect(await send(gone)).toBe(202);
  expect(await eventsOf(gone)).toBe(3);
  expect((await verify(db, await readSite(db, "demo"))).differences).toEqual([]);
  const entries = await db.auditEntry.findMany({ where: { action: { startsWith: "person." } }, orderBy: { id: "desc" }, take: 2 });
  expect(entries.map(({ actor, action }) => [actor, action])).toEqual([
    [TEST_OWNER.email, "person.erase"],
    [TEST_OWNER.email, "person.export"],
  ]);
  expect(JSON.stringify(entries.map(({ details }) => details))).not.toContain(gone);
});
