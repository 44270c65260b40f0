import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { hashPassword } from "../../../lib/auth/password";
import { openDatabase } from "../../../lib/db/client";
import { signIn } from "../../support/sign-in";
import { beginsAction, type Door, findActionSources, findDoors } from "./find-doors";
import { QUERIES, RULES, type Rule } from "./rules";

const { url, databaseUrl } = inject("app");
const ROLES = ["nobody", "member", "viewer", "admin", "owner"] as const;
type Role = (typeof ROLES)[number];
const RANK: Record<Role, number> = { nobody: 0, member: 1, viewer: 2, admin: 3, owner: 4 };
const PASSWORD = "a password of a test";
/** What `requireRole` says: a refused action answers with it. */
const REFUSAL = /Please sign in first|This is for accounts with the role/;

const doors = findDoors();
const cookies = new Map<Role, string>();

beforeAll(async () => {
  const db = openDatabase(databaseUrl, { poolSize: 1 });
  const passwordHash = await hashPassword(PASSWORD);
  for (const role of ROLES) {
    if (role === "nobody") continue;
    const email = `${role}@access.example`;
    await db.account.create({ data: { email, passwordHash, name: role, surname: "Tester", role } });
    cookies.set(role, (await signIn(url, { email, password: PASSWORD })).cookie);
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
  const cookie = cookies.get(role);
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
