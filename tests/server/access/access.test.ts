import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { hashPassword } from "../../../lib/auth/password";
import { openDatabase } from "../../../lib/db/client";
import { signIn } from "../../support/sign-in";
import { beginsAction, type Door, findActionSources, findDoors, findServedPaths } from "./find-doors";
import { QUERIES, RULES, type Rule } from "./rules";

const { url, databaseUrl } = inject("app");
const ROLES = ["nobody", "member", "viewer", "admin", "owner"] as const;
type Role = (typeof ROLES)[number];
const RANK: Record<Role, number> = { nobody: 0, member: 1, viewer: 2, admin: 3, owner: 4 };
const PASSWORD = "a password of a test";
/** What `requireRole` says: a refused action answers with it. */
const REFUSAL = /Please sign in first|This is for accounts with the role/;

const doors = findDoors();
/** What a router says that has the frame of the dashboard already and wants the page in it. */
const STATE = encodeURIComponent(JSON.stringify(["", { children: ["dashboard", { children: ["__PAGE__", {}] }] }, null, "refetch"]));
/** How the router asks for a page as data: all of it, ahead of a click, or only what its own state lacks. */
const ROUTERS: Record<string, string>[] = [
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-state-tree": STATE },
];
const cookies = new Map<Role, string>();

const emailOf = (role: Role) => `${role}@access.example`;
const signInAs = async (role: Role) =>
  role === "nobody" ? undefined : (await signIn(url, { email: emailOf(role), password: PASSWORD })).cookie;

beforeAll(async () => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  const passwordHash = await hashPassword(PASSWORD);
  for (const role of ROLES) {
    if (role === "nobody") continue;
    await db.account.create({ data: { email: emailOf(role), passwordHash, name: role, surname: "Tester", role } });
    cookies.set(role, (await signInAs(role)) ?? "");
  }
  await db.$disconnect();
});

afterAll(async () => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  await db.account.deleteMany({ where: { email: { endsWith: "@access.example" } } });
  await db.$disconnect();
});

test("every route, page and action on disk has a rule, and every rule a door", () => {
  expect(doors.map(({ name }) => name).sort()).toEqual(Object.keys(RULES).sort());
});

test("the build serves exactly the actions that the sources declare", () => {
  const served = doors.filter(({ type }) => type === "action").map(({ name }) => name);
  expect(served.sort()).toEqual(findActionSources().sort());
});

test("the build serves exactly the pages and routes that the sources have", () => {
  const paths = doors.flatMap((door) => (door.type === "action" ? [] : [door.path]));
  expect([...new Set(findServedPaths())].sort()).toEqual([...new Set(paths)].sort());
});

test("every action says when it begins: until then a failure is its sender's", () => {
  const lacking = findActionSources().filter((name) => !beginsAction(name));
  expect(lacking).toEqual([]);
});

const mayUse = (role: Role, rule: Rule): boolean => rule === "public" || (rule !== "secret" && RANK[role] >= RANK[rule]);
const cells = doors.flatMap((door) => ROLES.map((role) => [door.name, role, door] as const));

test.each(cells)("%s as %s", async (name, role, door) => {
  const rule = RULES[name];
  if (!rule) return; // the first test says so
  const allowed = mayUse(role, rule);
  // Whoever signs out cannot go on: a session of its own for that.
  const cookie = name.endsWith(" logOut") ? await signInAs(role) : cookies.get(role);
  const answer = await ask(door, cookie ? { cookie } : {});
  expect(answer.status, `${answer.status} ${answer.text.slice(0, 200)}`).toBeLessThan(500);
  if (door.type === "action") expect(REFUSAL.test(answer.text)).toBe(!allowed);
  else if (allowed) expect([401, 403]).not.toContain(answer.status);
  else if (door.type === "page") {
    if (role === "nobody") expect([answer.status, answer.location]).toEqual([307, expect.stringContaining("/login?callbackUrl=")]);
    else expect(answer.status).toBe(403);
  } else if (rule === "secret") expect([401, 403]).toContain(answer.status);
  else expect(answer.status).toBe(role === "nobody" ? 401 : 403);
});

const guarded = doors.filter((door) => door.type !== "action" && RULES[door.name] !== "public");

test.each(guarded.map((door) => [door.name, door] as const))(
  "%s tells nobody and no member more by HEAD, nor as data for the router",
  async (name, door) => {
    for (const role of ["nobody", "member"] as const) {
      const cookie = cookies.get(role);
      const headers: Record<string, string> = cookie ? { cookie } : {};
      if (door.type === "route" && door.method === "GET") {
        const status = (await fetch(url + addressOf(door), { method: "HEAD", headers, redirect: "manual" })).status;
        expect([401, 403], name).toContain(status);
      }
      if (door.type !== "page") continue;
      for (const more of ROUTERS) {
        const response = await fetch(url + addressOf(door), { headers: { ...headers, ...more }, redirect: "manual" });
        const text = await response.text();
        // Either the answer itself refuses, or what is to be drawn is the refusal.
        const refused = [307, 403].includes(response.status) || /NEXT_REDIRECT;replace;\/login|NEXT_HTTP_ERROR_FALLBACK;403/.test(text);
        expect(refused, `${role} ${JSON.stringify(more)} ${response.status} ${text.slice(0, 300)}`).toBe(true);
      }
    }
  },
);

async function ask(door: Door, headers: Record<string, string>) {
  const leaving = new AbortController();
  const response = await fetch(url + addressOf(door), { ...requestOf(door, headers), redirect: "manual", signal: leaving.signal });
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  const text = isStream ? "" : await response.text();
  leaving.abort();
  return { status: response.status, location: response.headers.get("location"), text };
}

function addressOf(door: Door): string {
  const path = (door.type === "action" ? door.page : door.path).replace("/[...nextauth]", "/csrf").replace("/[[...name]]", "/x");
  const filled = path.replace(/\[\w+\]/g, "1");
  return filled + (door.type === "action" ? "" : (QUERIES[filled] ?? ""));
}

function requestOf(door: Door, headers: Record<string, string>): RequestInit {
  if (door.type === "page") return { headers: { ...headers, accept: "text/html" } };
  if (door.type === "action") {
    const body = new FormData();
    // The state a form starts with and an empty form: valid arguments for every action here, so that only the role decides.
    body.set("0", JSON.stringify([{ attempt: 0, message: null, errors: {}, values: {} }, "$K1"]));
    return { method: "POST", headers: { ...headers, "next-action": door.id, origin: url }, body };
  }
  return { method: door.method, headers, ...(door.method === "POST" && { body: "{}" }) };
}

const sending = doors.filter(
  (door) => door.type === "action" || (door.type === "route" && door.method === "POST" && door.path !== "/api/malformed"),
);

test.each(sending.map((door) => [door.name, door] as const))("%s refuses what another site's page sends, with 403", async (_name, door) => {
  const init = requestOf(door, {});
  const response = await fetch(url + addressOf(door), {
    ...init,
    headers: { ...(init.headers as Record<string, string>), cookie: cookies.get("owner") ?? "", origin: "https://evil.example" },
    redirect: "manual",
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ error: { code: "forbidden" } });
});
