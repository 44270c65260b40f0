import { Agent, request as httpRequest } from "node:http";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { readRecorded } from "../support/recorded";
import { BROWSERS } from "../support/user-agents";
import { expect, test } from "./fixtures";

const BROWSER = { "user-agent": BROWSERS[0] ?? "", accept: "text/html" };
const as = (visitor: string) => ({ ...BROWSER, cookie: `ff_visitor=${visitor}` });

test("2,000 requests, 32 at a time, are all in the log soon after they are answered, none twice", async ({ app }) => {
  test.setTimeout(300_000);
  const visitors = Array.from({ length: 2_000 }, () => makeVisitorId());
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const waiting = [...visitors];
  const beganAt = Date.now();
  const statuses = new Set<number | undefined>();
  const worker = async () => {
    for (let visitor = waiting.pop(); visitor; visitor = waiting.pop()) statuses.add(await ask(`${app.url}/login`, agent, as(visitor)));
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const answeredAt = Date.now();
  agent.destroy();
  expect([...statuses]).toEqual([200]);
  const readCounts = async () => {
    const rows = await app.db.$queryRaw<{ key: string; views: bigint }[]>`
      SELECT visitor.key, count(*) AS views FROM event JOIN visitor ON visitor.id = event.visitor_id
      WHERE visitor.key = ANY (${visitors}::text[]) GROUP BY visitor.key`;
    return rows.map(({ views }) => Number(views));
  };
  await expect.poll(async () => (await readCounts()).length, { intervals: [20], timeout: 5_000 }).toBe(2_000);
  expect(Date.now() - answeredAt).toBeLessThan(answeredAt - beganAt); // far behind would be as long as they took
  expect(await readCounts()).toEqual(visitors.map(() => 1));
});

function ask(url: string, agent: Agent, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(url, { agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("a page that is not there is a view of no route, with status 404 and its path", async ({ app }) => {
  const visitor = makeVisitorId();
  expect((await fetch(`${app.url}/wp-admin/setup.php?x=1`, { headers: as(visitor) })).status).toBe(404);
  await expect
    .poll(() => readRecorded(app.db, visitor))
    .toEqual([expect.objectContaining({ kind: "view", outcome: "error", route: "(not found)", path: "/wp-admin/setup.php", status: 404 })]);
});

test("a page that breaks is a view with outcome error and status 500", async ({ app }) => {
  const visitor = makeVisitorId();
  await app.db.$executeRaw`ALTER TABLE launch RENAME TO launch_hidden`;
  try {
    expect((await fetch(`${app.url}/launches`, { headers: as(visitor) })).status).toBe(500);
  } finally {
    await app.db.$executeRaw`ALTER TABLE launch_hidden RENAME TO launch`;
  }
  await expect
    .poll(() => readRecorded(app.db, visitor))
    .toEqual([expect.objectContaining({ kind: "view", outcome: "error", route: "/launches", status: 500 })]);
});

test("prefetches, router requests, scripts, HEAD and redirects are no views", async ({ app }) => {
  const visitor = makeVisitorId();
  const quiet: RequestInit[] = [
    { headers: { "sec-purpose": "prefetch" } },
    { headers: { rsc: "1" } },
    { headers: { rsc: "1", "next-router-prefetch": "1" } },
    { headers: { "sec-fetch-dest": "empty" } },
    { method: "HEAD" },
  ];
  for (const { headers, ...init } of quiet) await fetch(`${app.url}/login`, { ...init, headers: { ...as(visitor), ...headers } });
  await fetch(`${app.url}/login/`, { headers: as(visitor), redirect: "manual" });
  await fetch(`${app.url}/dashboard`, { headers: as(visitor), redirect: "manual" });
  await fetch(`${app.url}/api/health`, { headers: as(visitor) });
  await fetch(`${app.url}/icon.svg`, { headers: as(visitor) });
  await fetch(`${app.url}/register`, { headers: as(visitor) });
  await expect
    .poll(() => readRecorded(app.db, visitor))
    .toEqual([expect.objectContaining({ kind: "view", route: "/register", status: 200 })]);
});

test("internal headers, ids and addresses that a client makes up change nothing", async ({ app }) => {
  const visitor = makeVisitorId();
  const forged = {
    "x-footfall-request": "00000000-0000-0000-0000-000000000000",
    "x-footfall-inner": "1",
    "x-forwarded-for": "1.2.3.4",
    "x-real-ip": "1.2.3.4",
    "cf-connecting-ip": "1.2.3.4",
    "x-vercel-ip-country": "KP",
  };
  await fetch(`${app.url}/login`, { headers: { ...as(visitor), ...forged } });
  await expect.poll(() => readRecorded(app.db, visitor)).toEqual([expect.objectContaining({ kind: "view", route: "/login", status: 200 })]);
  const rows = await app.db.$queryRaw<{ address: string; country: string | null }[]>`
    SELECT address, country FROM event JOIN visitor ON visitor.id = visitor_id WHERE key = ${visitor}`;
  expect(rows).toEqual([{ address: "127.0.0.1", country: null }]);
});

test("a made-up cookie becomes nobody: its sender gets an id of our own", async ({ app }) => {
  const response = await fetch(`${app.url}/login`, { headers: as("admin") });
  const cookie = response.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^ff_visitor=[\w-]{22}; .*HttpOnly; SameSite=lax/i);
  const visitor = /ff_visitor=([\w-]{22})/.exec(cookie)?.[1] ?? "";
  await expect.poll(() => readRecorded(app.db, visitor)).toHaveLength(1);
  expect(await app.db.visitor.count({ where: { key: "admin" } })).toBe(0);
});

test("curl, a headless browser and an AI crawler are stored apart with their reasons, and no metric counts them", async ({ app }) => {
  const before = await app.db.event.count();
  const agents = [
    "curl/8.5.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  ];
  for (const agent of agents) await fetch(`${app.url}/launches`, { headers: { "user-agent": agent, accept: "*/*" } });
  const readApart = async () =>
    (await app.db.excludedEvent.findMany({ where: { userAgent: { in: agents }, path: "/launches" }, orderBy: { id: "asc" } })).map(
      ({ category, reason }) => `${category}: ${reason}`,
    );
  await expect.poll(readApart).toEqual(["bot: known bot (curl/8.5.0)", "bot: headless browser", "ai-agent: AI agent GPTBot"]);
  expect(await app.db.event.count()).toBe(before);
});

test("/api/collect answers 202 when the events are committed, and names each refused one", async ({ app }) => {
  const visitor = makeVisitorId();
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/api/collect`, {
      method: "POST",
      headers: { ...as(visitor), ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const mixed = await post([
    { kind: "view", path: "/launches" },
    { kind: "view", path: "/launches", user: { key: "x" } },
    { kind: "ping", path: "/launches" },
  ]);
  expect(mixed.status).toBe(202);
  expect(await mixed.json()).toEqual({ accepted: 2, refused: [{ position: 1, field: "user", reason: "user: cannot be set by a client" }] });
  expect((await readRecorded(app.db, visitor)).map(({ kind }) => kind)).toEqual(["view", "ping"]); // at once: it was committed

  expect(await statusAndCode(await post("{"))).toEqual([400, "invalid"]);
  expect(await statusAndCode(await post({ kind: "login", path: "/login" }))).toEqual([400, "invalid"]);
  expect(await statusAndCode(await post(Array.from({ length: 101 }, () => ({ kind: "view", path: "/" }))))).toEqual([400, "invalid"]);
  expect(await statusAndCode(await post("x".repeat(70_000)))).toEqual([413, "too-large"]);
  expect(await statusAndCode(await post({ kind: "view", path: "/" }, { origin: "https://evil.example" }))).toEqual([403, "forbidden"]);
  expect((await post({ kind: "view", path: "/" }, { origin: app.url })).status).toBe(202);
  expect((await readRecorded(app.db, visitor)).map(({ kind }) => kind)).toEqual(["view", "ping", "view"]);
});

test("an event sent twice with one id counts once", async ({ app }) => {
  const visitor = makeVisitorId();
  const body = JSON.stringify({ kind: "view", path: "/launches", id: crypto.randomUUID() });
  const send = () => fetch(`${app.url}/api/collect`, { method: "POST", headers: as(visitor), body });
  expect([(await send()).status, (await send()).status]).toEqual([202, 202]);
  expect(await readRecorded(app.db, visitor)).toHaveLength(1);
});

test("a sender of more than 500 kB a minute is asked to wait", async ({ app }) => {
  const headers = as(makeVisitorId());
  const body = JSON.stringify(Array.from({ length: 20 }, () => ({ kind: "ping", path: `/launches?${"x".repeat(2_900)}` })));
  const statuses: number[] = [];
  for (let call = 0; call < 10; call++) statuses.push((await fetch(`${app.url}/api/collect`, { method: "POST", headers, body })).status);
  expect(statuses.slice(0, 8)).toEqual(Array(8).fill(202));
  expect(statuses.at(-1)).toBe(429);
});

async function statusAndCode(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
}
