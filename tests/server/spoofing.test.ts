import { randomBytes, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { Browser, createConnections } from "../../lib/demo/traffic/browser";
import { readForms } from "../../lib/demo/traffic/read-forms";
import { todayIn } from "../../lib/metrics/today-in";
import { readSite, type Site } from "../../lib/store/read-site";
import { readSnapshot } from "../../lib/store/read-snapshot";
import { verify } from "../../lib/store/verify";
import { BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const target = new URL(url);
const db = openDatabase(databaseUrl, { poolSize: 2 });
const agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: 30_000 });
const connections = createConnections(1);
const ATTEMPTS = 1_000;
const PAGE = randomUUID();

/** Somebody real: registered, signed in, a form sent, a page measured. */
type Victim = { visitor: string; visitorId: bigint; user: string; eventIds: string[] };

let site: Site;
let victim: Victim;
beforeAll(async () => {
  site = await readSite(db, "demo");
});
afterAll(async () => {
  agent.destroy();
  connections.destroy();
  await db.$disconnect();
});

async function makeVictim(): Promise<Victim> {
  const own = { agent: connections, userAgent: BROWSERS[1] ?? "", language: "de", signal: new AbortController().signal };
  const browser = new Browser({ ...own, origin: url, onAnswer: () => undefined });
  const account = { email: `victim-${randomUUID()}@example.com`, password: "a password of the victim" };
  const send = async (path: string, name: string, fields: Record<string, string>) => {
    const form = readForms((await browser.open(path)).html).find(({ names }) => names.has(name));
    if (!form) throw new Error(`${path} has no such form`);
    await browser.submit(form, fields);
  };
  await browser.open("/", { typed: true });
  await send("/register", "surname", { name: "Vic", surname: `Tim ${account.email}`, gender: "f", ...account });
  await send("/login", "password", account);
  await browser.open("/launches");
  const known = () => db.knownUser.findFirst({ where: { siteId: site.id, label: `Vic Tim ${account.email}` } });
  await expect.poll(async () => (await known())?.label, { timeout: 10_000 }).toBeDefined();
  const user = await known();
  const visitor = await db.visitor.findFirstOrThrow({ where: { siteId: site.id, knownUserId: user?.id ?? 0n } });
  const headers = { cookie: `ff_visitor=${visitor.key}`, "user-agent": BROWSERS[1] ?? "" };
  const body = JSON.stringify([{ kind: "ping", path: "/launches", page: PAGE, scroll: 40, lcp: 900 }]);
  expect((await fetch(`${url}/api/collect`, { method: "POST", headers, body })).status).toBe(202);
  await expect.poll(() => db.event.count({ where: { visitorId: visitor.id } }), { timeout: 10_000 }).toBeGreaterThanOrEqual(7);
  await expect.poll(() => db.pageVital.count({ where: { scroll: 40 } }), { timeout: 10_000 }).toBe(1);
  const events = await db.event.findMany({ where: { visitorId: visitor.id }, select: { id: true } });
  return { visitor: visitor.key, visitorId: visitor.id, user: user?.key ?? "", eventIds: events.map(({ id }) => id) };
}

type Attempt = { method: "GET" | "POST"; path: string; headers: Record<string, string>; body?: string };

/** The n-th of many ways to be somebody else. */
async function attempt(index: number): Promise<Attempt> {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(index / 5) % values.length] as Value;
  const base = { "user-agent": BROWSERS[index % BROWSERS.length] ?? "", accept: "text/html" };
  const { visitor, user, eventIds } = victim;
  const eventId = pick(eventIds);
  const collect = (event: object): Attempt => ({
    method: "POST",
    path: "/api/collect",
    headers: base,
    body: JSON.stringify({ kind: "view", path: "/launches", ...event }),
  });
  const ways: (() => Attempt | Promise<Attempt>)[] = [
    () => ({ method: "GET", path: "/launches", headers: { ...base, ...pick(ADDRESSES) } }),
    () => ({ method: "GET", path: "/login", headers: { ...base, ...pick(internalHeaders(eventId, visitor)) } }),
    () => ({ method: "GET", path: "/", headers: { ...base, cookie: pick(visitorCookies(visitor)) } }),
    async () => ({ method: "GET", path: "/house-price", headers: { ...base, cookie: await sessionCookie(index, user) } }),
    () => collect(pick(claims(victim, eventId))),
  ];
  return (ways[index % ways.length] as () => Attempt | Promise<Attempt>)();
}

const ADDRESSES = [
  { "x-forwarded-for": "203.0.113.77" },
  { "x-forwarded-for": "127.0.0.1, 203.0.113.77, 10.0.0.1" },
  { "x-real-ip": "203.0.113.77" },
  { forwarded: "for=203.0.113.77;proto=https" },
  { "cf-connecting-ip": "203.0.113.77", "cf-ipcountry": "KP" },
  { "x-vercel-forwarded-for": "203.0.113.77", "x-vercel-ip-country": "KP" },
  { "true-client-ip": "203.0.113.77", "x-client-ip": "203.0.113.77" },
];

const internalHeaders = (eventId: string, visitor: string): Record<string, string>[] => [
  { "x-footfall-request": eventId },
  { "x-footfall-request": eventId, "x-footfall-inner": "1" },
  { "x-footfall-inner": "1" },
  { "x-footfall-visitor": visitor, "x-visitor-id": visitor },
  { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  { "x-middleware-set-cookie": `ff_visitor=${visitor}` },
  { "x-nonce": "x", "x-middleware-override-headers": "cookie", "x-middleware-request-cookie": `ff_visitor=${visitor}` },
];

/** The victim's id is a secret of 128 bits: these come as near to it as one can without it, or put it where it does not belong. */
const visitorCookies = (visitor: string): string[] => [
  `ff_visitor=${visitor.slice(0, -1)}`,
  `ff_visitor=${visitor}A`,
  `ff_visitor=${visitor.toLowerCase()}x`,
  `ff_visitor="${visitor}"`,
  `ff_visitor=%${visitor.charCodeAt(0).toString(16)}${visitor.slice(1)}x`,
  `FF_VISITOR=${visitor}`,
  `__Host-ff_visitor=${visitor}`,
  `ff_visitor=${randomBytes(16).toString("base64url")}; FF_VISITOR=${visitor}`,
  `ff_visitor= ${visitor} x`,
  `ff_visitor=day:${visitor}`,
  "ff_visitor=admin",
  "ff_visitor=1' OR '1'='1",
];

async function sessionCookie(index: number, user: string): Promise<string> {
  const name = index % 2 === 0 ? "authjs.session-token" : "__Secure-authjs.session-token";
  const claims = { sub: user, name: "Vic Tim", gender: "f", role: "owner" };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const tokens = [
    user,
    `${part({ alg: "none" })}.${part(claims)}.`,
    `${part({ alg: "HS256" })}.${part(claims)}.${randomBytes(32).toString("base64url")}`,
    await encode({ token: claims, secret: randomBytes(32).toString("base64url"), salt: name }),
  ];
  return `${name}=${tokens[Math.floor(index / 5) % tokens.length]}`;
}

const claims = ({ visitor, user }: Victim, eventId: string): object[] => [
  { id: eventId },
  { id: eventId.toUpperCase(), kind: "action", method: "POST" },
  { kind: "ping", page: PAGE, scroll: 100, lcp: 60_000, inp: 60_000, cls: 9 },
  { kind: "ping", page: PAGE.toUpperCase(), scroll: 100 },
  { visitor },
  { user: { key: user, label: "x", gender: "m" } },
  { address: "203.0.113.77" },
  { site: "demo", session: "1" },
  { kind: "login" },
  { kind: "register", user: user },
  { at: "1970-01-01T00:00:00Z" },
  { at: "9999-12-31T23:59:59Z" },
  { ago: 1e300 },
  { ago: -1 },
  { at: "2026-11-22T01:00:00+14:00", id: eventId },
];

function send({ method, path, headers, body }: Attempt): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: target.hostname, port: target.port, method, path, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0)).once("error", reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Every row that says something of people who were here before, as the database prints it. */
async function printOthers(lastEvent: bigint, lastPerson: bigint): Promise<string> {
  const tables = await Promise.all([
    db.$queryRaw`SELECT to_jsonb(event)::text AS row FROM event WHERE site_id = ${site.id}::smallint AND seq <= ${lastEvent}::bigint ORDER BY seq`,
    db.$queryRaw`SELECT to_jsonb(session)::text AS row FROM session WHERE site_id = ${site.id}::smallint AND id <= ${lastEvent}::bigint ORDER BY id`,
    db.$queryRaw`SELECT to_jsonb(visitor)::text AS row FROM visitor WHERE site_id = ${site.id}::smallint AND id <= ${lastPerson}::bigint ORDER BY id`,
    db.$queryRaw`SELECT to_jsonb(known_user)::text AS row FROM known_user WHERE site_id = ${site.id}::smallint ORDER BY id`,
    db.$queryRaw`SELECT to_jsonb(person_hour)::text AS row FROM person_hour
                 WHERE site_id = ${site.id}::smallint AND (person > 0 OR -person <= ${lastPerson}::bigint) ORDER BY person, day, hour`,
    db.$queryRaw`SELECT to_jsonb(page_vital)::text AS row FROM page_vital WHERE site_id = ${site.id}::smallint AND scroll = 40 ORDER BY id`,
  ]);
  return JSON.stringify(tables, null, 1);
}

test(`${ATTEMPTS} attempts to be somebody else, somewhere else or at another time change nobody else's rows or numbers`, async () => {
  victim = await makeVictim();
  const [{ last = 0n } = {}] = await db.$queryRaw<
    { last: bigint }[]
  >`SELECT max(seq) AS last FROM event WHERE site_id = ${site.id}::smallint`;
  const [{ person = 0n } = {}] = await db.$queryRaw<
    { person: bigint }[]
  >`SELECT max(id) AS person FROM visitor WHERE site_id = ${site.id}::smallint`;
  const before = await printOthers(last, person);
  const query = { site: "demo", period: "day", lens: "all", date: todayIn(site.timezone, Date.now()) } as const;
  const numbersBefore = (await readSnapshot(db, query, new Date())).metrics;
  const began = new Date();

  const waiting = Array.from({ length: ATTEMPTS }, (_, index) => index);
  const statuses = new Map<number, number>();
  const worker = async () => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const status = await send(await attempt(index));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(ATTEMPTS);
  expect([...statuses.keys()].every((status) => status < 500)).toBe(true);
  // Told and committed at once, it stands behind everything the others left in the queue.
  const last202 = await fetch(`${url}/api/collect`, {
    method: "POST",
    headers: { "user-agent": BROWSERS[0] ?? "" },
    body: '{"kind":"ping","path":"/"}',
  });
  expect(last202.status).toBe(202);

  expect(await printOthers(last, person)).toBe(before);
  const added = await db.$queryRaw<
    { visitor: bigint; user: bigint | null; address: string | null; country: string | null; at: Date; kind: string }[]
  >`
    SELECT visitor_id AS visitor, user_id AS "user", address, country, at, kind::text FROM event
    WHERE site_id = ${site.id}::smallint AND seq > ${last}::bigint`;
  expect(added.length).toBeGreaterThan(ATTEMPTS / 2); // they were taken in: as what their senders are
  expect(added.every(({ visitor }) => visitor > person)).toBe(true);
  expect(added.every(({ user }) => user === null)).toBe(true);
  expect(new Set(added.map(({ address, country }) => `${address} ${country}`))).toEqual(new Set(["127.0.0.1 null"]));
  const halfAnHour = 30 * 60_000;
  expect(added.every(({ at }) => at.getTime() >= began.getTime() - halfAnHour && at.getTime() <= Date.now())).toBe(true);
  expect(new Set(added.map(({ kind }) => kind))).toEqual(new Set(["view", "ping"]));

  const { metrics } = await readSnapshot(db, query, new Date());
  expect([metrics.newUsers, metrics.genderRatio.f, metrics.genderRatio.m]).toEqual([
    numbersBefore.newUsers,
    numbersBefore.genderRatio.f,
    numbersBefore.genderRatio.m,
  ]);
  expect((await verify(db, site)).differences).toEqual([]);
}, 300_000);
