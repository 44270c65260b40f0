import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { changeSettings } from "../../lib/store/change-settings";
import { readSite, type Site } from "../../lib/store/read-site";
import { BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 1 });
const SOON = { timeout: 20_000, interval: 200 };

let site: Site;
beforeAll(async () => {
  site = await readSite(db, "demo");
});
afterAll(async () => {
  await changeSettings(db, site.id, { privacySignal: "ignore" });
  await db.$disconnect();
});

type Stored = { key: string } | null;

/** Asks for a page nobody else asks for, and for a second one without a signal, behind which the first would stand in the log. */
async function ask(signal: Record<string, string>): Promise<{ cookie: string | null; stored: Stored }> {
  const [path, mark] = [`/${randomUUID()}`, `/${randomUUID()}`];
  const headers = { "user-agent": BROWSERS[0] ?? "", accept: "text/html" };
  const answer = await fetch(url + path, { headers: { ...headers, ...signal } });
  await fetch(url + mark, { headers });
  const find = async (wanted: string): Promise<Stored> => {
    const rows = await db.$queryRaw<
      { key: string }[]
    >`SELECT key FROM event JOIN visitor ON visitor.id = visitor_id WHERE event.path = ${wanted}`;
    return rows[0] ?? null;
  };
  await expect.poll(() => find(mark), SOON).not.toBeNull();
  return { cookie: answer.headers.get("set-cookie"), stored: await find(path) };
}

test("a visitor who asks for privacy is counted as anyone until the owner chooses otherwise", async () => {
  const { cookie, stored } = await ask({ "sec-gpc": "1" });
  expect(cookie).toContain("ff_visitor=");
  expect(stored?.key).toMatch(/^[\w-]{22}$/);
});

test.each<Record<string, string>>([{ "sec-gpc": "1" }, { dnt: "1" }])(
  "chosen so, one who sends %j gets no cookie and is known for a day",
  async (signal) => {
    await changeSettings(db, site.id, { privacySignal: "cookieless" });
    await expect.poll(async () => (await ask(signal)).cookie, SOON).toBeNull();
    const { stored } = await ask(signal);
    expect(stored?.key).toMatch(/^day:[\w-]{22}$/);
  },
);

test.each<Record<string, string>>([{ "sec-gpc": "1" }, { dnt: "1" }])(
  "chosen so, one who sends %j is not counted at all, nor may its page tell of it",
  async (signal) => {
    await changeSettings(db, site.id, { privacySignal: "do-not-count" });
    await expect.poll(async () => (await ask(signal)).stored, SOON).toBeNull();
    expect((await ask(signal)).cookie).toBeNull();
    const headers = { "user-agent": BROWSERS[0] ?? "", ...signal };
    const told = await fetch(`${url}/api/note`, { method: "POST", headers, body: JSON.stringify({ kind: "view", path: "/login" }) });
    expect(await told.json()).toEqual({ accepted: 0, refused: [{ position: 0, reason: "the visitor asks not to be counted" }] });
  },
);
