import { request } from "node:http";
import { afterAll, expect, inject, test } from "vitest";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { openDatabase } from "../../lib/db/client";
import { readSite } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";
import { readRecorded } from "../support/recorded";
import { BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 2 });
const site = await readSite(db, "demo");
afterAll(() => db.$disconnect());

const KB = 1024;
const SOON = { timeout: 20_000, interval: 100 };
const as = (visitor: string) => ({ "user-agent": BROWSERS[0] ?? "", cookie: `ff_visitor=${visitor}` });
const send = (visitor: string, body: unknown) =>
  fetch(`${url}/api/collect`, {
    method: "POST",
    headers: as(visitor),
    body: typeof body === "string" || body instanceof ReadableStream ? body : JSON.stringify(body),
    ...(body instanceof ReadableStream && { duplex: "half" }),
  } as RequestInit);
const pathsOf = async (visitor: string) => (await readRecorded(db, visitor)).map(({ path }) => path);
const VIEW = { kind: "view", path: "/login" };

test("an event that the store refuses is told by its position and why; the others of its call are stored, and nothing is half-written", async () => {
  const visitor = makeVisitorId();
  await db.$executeRaw`ALTER TABLE event ADD CONSTRAINT not_that_one CHECK (title <> 'not that one') NOT VALID`;
  try {
    const answer = await send(visitor, [
      { ...VIEW, path: "/login" },
      { ...VIEW, title: "not that one", path: "/celebrity" },
      { ...VIEW, path: "nowhere" },
      { ...VIEW, path: "/register" },
    ]);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      accepted: 2,
      refused: [
        { position: 1, reason: "the database does not take it (23514)." },
        { position: 2, field: "path", reason: expect.stringContaining("path") },
      ],
    });
  } finally {
    await db.$executeRaw`ALTER TABLE event DROP CONSTRAINT not_that_one`;
  }
  expect(await pathsOf(visitor)).toEqual(["/login", "/register"]);
  expect((await verify(db, site)).differences).toEqual([]);
});

test("202 comes only when the events are committed: not while their transaction cannot be", async () => {
  const visitor = makeVisitorId();
  let answered = false;
  let sent: Promise<Response> | undefined;
  await db.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT last_seq FROM site_counter WHERE site_id = ${site.id}::smallint FOR UPDATE`;
      sent = send(visitor, VIEW).finally(() => {
        answered = true;
      });
      const waits = async () => {
        const [row] = await db.$queryRaw<{ count: bigint }[]>`
          SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return Number(row?.count);
      };
      await expect.poll(waits, SOON).toBeGreaterThan(0);
      expect(answered).toBe(false);
      expect(await pathsOf(visitor)).toEqual([]);
    },
    { timeout: 30_000 },
  );
  expect((await sent)?.status).toBe(202);
  expect(await pathsOf(visitor)).toEqual(["/login"]);
});

test("100 events a call are taken, 101 are not, and of those not one is stored", async () => {
  const [whole, tooMany] = [makeVisitorId(), makeVisitorId()];
  const events = (count: number) => Array.from({ length: count }, () => VIEW);
  const answer = await send(whole, events(100));
  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 100, refused: [] }]);
  const refused = await send(tooMany, events(101));
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { code: "invalid", message: expect.stringContaining("101") } },
  ]);
  expect(await pathsOf(whole)).toHaveLength(100);
  expect(await pathsOf(tooMany)).toEqual([]);
});

test("64 kB are taken, a byte more is not, whether its length is told or not", async () => {
  const body = (bytes: number) => {
    const text = JSON.stringify(VIEW);
    return text + " ".repeat(bytes - text.length);
  };
  const stream = (bytes: number) => new Blob([body(bytes)]).stream();
  const statuses = [];
  for (const each of [body(64 * KB), body(64 * KB + 1), stream(64 * KB), stream(64 * KB + 1)])
    statuses.push((await send(makeVisitorId(), each)).status);
  expect(statuses).toEqual([202, 413, 202, 413]);
});

test("500 kB a minute are taken of a visitor, and then nothing; another visitor of the same address is not held up", async () => {
  const [loud, other] = [makeVisitorId(), makeVisitorId()];
  const body = `${JSON.stringify(VIEW)}${" ".repeat(50 * KB - JSON.stringify(VIEW).length)}`;
  const statuses = [];
  for (let call = 0; call < 10; call++) statuses.push((await send(loud, body)).status);
  expect(statuses).toEqual(Array(10).fill(202));
  const refused = await send(loud, body);
  const { error } = (await refused.json()) as { error: { message: string } };
  expect([refused.status, error]).toMatchObject([429, { code: "too-many" }]);
  expect(error.message).toContain(`in ${refused.headers.get("retry-after")} s.`);
  expect((await send(other, VIEW)).status).toBe(202);
  expect(await pathsOf(loud)).toHaveLength(10);
});

test("a told time is kept within the last half hour, and none lies ahead", async () => {
  const visitor = makeVisitorId();
  const now = Date.now();
  await send(visitor, [
    { ...VIEW, path: "/", at: "1970-01-01T00:00:00Z" },
    { ...VIEW, path: "/login", at: new Date(now - 60_000).toISOString() },
    { ...VIEW, path: "/register", at: "9999-12-31T23:59:59Z" },
  ]);
  const ages = new Map((await readRecorded(db, visitor)).map(({ path, at }) => [path, now - at.getTime()]));
  const halfAnHour = 30 * 60_000;
  expect(ages.get("/")).toBeLessThanOrEqual(halfAnHour);
  expect(ages.get("/")).toBeGreaterThan(halfAnHour - 60_000);
  expect(ages.get("/login")).toBe(60_000);
  expect(Math.abs(ages.get("/register") ?? Number.NaN)).toBeLessThan(60_000);
});

test("what a machine tells with characters that no database holds does not keep later machines from being shown", async () => {
  const machine = { "user-agent": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)" };
  const odd = ["/odd-\u0000-nul", "/odd-\ud800-half", "/odd-\u001b[2J-escape"];
  const body = JSON.stringify(odd.map((path) => ({ kind: "view", path })));
  const told = await fetch(`${url}/api/collect`, { method: "POST", headers: machine, body });
  expect(await told.json()).toMatchObject({ accepted: 0, refused: [{ position: 0 }, { position: 1 }, { position: 2 }] });
  const path = `/after-${crypto.randomUUID()}`;
  await fetch(url + path, { headers: machine });
  await expect.poll(() => db.excludedEvent.count({ where: { path } }), SOON).toBe(1);
  expect(await db.excludedEvent.count({ where: { path: { startsWith: "/odd-" } } })).toBe(odd.length);
});

test("a connection that is cut in the middle of a body leaves nothing", async () => {
  const visitor = makeVisitorId();
  const text = JSON.stringify([VIEW, VIEW]);
  const target = new URL(url);
  await new Promise<void>((resolve) => {
    const headers = { ...as(visitor), "content-length": String(text.length) };
    const asked = request({ host: target.hostname, port: target.port, path: "/api/collect", method: "POST", headers });
    asked.once("error", () => resolve());
    asked.write(text.slice(0, -5), () => asked.destroy(new Error("cut")));
  });
  expect((await send(makeVisitorId(), VIEW)).status).toBe(202);
  expect(await pathsOf(visitor)).toEqual([]);
});
