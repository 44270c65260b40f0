import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimsOf, type SessionClaims } from "@/lib/auth/session-claims";
import { createCaptureContext } from "@/lib/capture/capture-context";
import { collect } from "@/lib/capture/collect/collect";
import { identifySender } from "@/lib/capture/collect/identify-sender";
import { refreshSite } from "@/lib/capture/find-site";
import { readUser } from "@/lib/capture/read-user";
import { keepHeaders } from "@/lib/capture/remembered";
import { captureState, REQUEST_ID_HEADER } from "@/lib/capture/state";
import { makeVisitorId, VISITOR_COOKIE } from "@/lib/capture/visitor-cookie";
import { setEnv } from "@/lib/env";
import { revokeSignIn } from "@/lib/store/sign-ins";
import { createProcessDatabase } from "../../support/process-database";
import type { TestDatabase } from "../../support/test-database";
import { BROWSERS } from "../../support/user-agents";

const ADDRESS = "93.184.216.34";
const PEERS = { r: ADDRESS, home: "2001:db8:1:2::1", neighbour: "2001:db8:1:2:ffff::9", elsewhere: "2001:db8:1:3::1" };
const AT = new Date("2026-06-10T12:00:00.000Z");
const userAgent = BROWSERS[0] ?? "";
const BARE = { "user-agent": userAgent };
const WHOLE = { ...BARE, "accept-language": "de", "sec-fetch-mode": "cors" };

let database: TestDatabase;
beforeAll(async () => {
  database = await createProcessDatabase();
  setEnv({ FOOTFALL_IDENTITY: "cookieless" });
  await refreshSite("demo");
  const connection = { startedAt: AT, startedAtMs: 0, remembered: null, mark: {} };
  for (const [id, peerAddress] of Object.entries(PEERS)) captureState().running.set(id, { ...connection, id, peerAddress });
});
afterAll(async () => {
  setEnv({ FOOTFALL_IDENTITY: "", FOOTFALL_COLLECT_MB: "", AUTH_SECRET: "" });
  await database.drop();
});

const told = (headers: Record<string, string>) =>
  identifySender(
    new Request("https://shop.example/api/collect", { method: "POST", headers: { ...headers, [REQUEST_ID_HEADER]: "r" } }),
    AT,
  );

test("without cookies, what a fast script tells counts as little as its pages; a browser of the same kind at the same address counts", async () => {
  expect(await told(BARE)).toHaveProperty("sender");
  const { judgeByPace } = createCaptureContext();
  const remembered = {
    site: "demo",
    kind: "view" as const,
    knownVisitor: false,
    secure: true,
    headers: keepHeaders(new Headers(BARE)),
  };
  for (let index = 0; index < 26; index++) judgeByPace({ remembered, visitor: "hash", address: ADDRESS, userAgent }, AT);
  expect(await told(BARE)).toMatchObject({
    excluded: { category: "bot", reason: "no language, no fetch metadata: and over 25 pages in 10 s" },
  });
  expect(await told(WHOLE)).toHaveProperty("sender");
});

test("a new cookie with each call does not get round the limit: an address has one too, an IPv6 network as a whole", async () => {
  setEnv({ FOOTFALL_IDENTITY: "cookie", FOOTFALL_COLLECT_MB: String(100 / 1024) });
  const event = JSON.stringify({ kind: "view", path: "/" });
  const call = (peer: keyof typeof PEERS) => {
    const headers = { ...WHOLE, cookie: `${VISITOR_COOKIE}=${makeVisitorId()}`, [REQUEST_ID_HEADER]: peer };
    return collect(new Request("https://shop.example/api/collect", { method: "POST", headers, body: event.padEnd(50 * 1024) }), AT);
  };
  expect([await call("home"), await call("neighbour")]).toEqual([
    { accepted: 1, refused: [], readable: 1 },
    expect.objectContaining({ accepted: 1 }),
  ]);
  await expect(call("home")).rejects.toMatchObject({ code: "too-many", retryAfterS: 60, message: expect.stringContaining("your address") });
  await expect(call("neighbour")).rejects.toMatchObject({ code: "too-many" });
  expect(await call("elsewhere")).toMatchObject({ accepted: 1 });
});

// Tried again where the machine is so busy that the database takes longer than a call waits for it.
test("the copy of a cookie whose session ended elsewhere names nobody, also on a server that saw it on no page", { retry: 2 }, async () => {
  await database.db.event.deleteMany();
  const secret = "a secret that only this test knows, long enough";
  const name = "authjs.session-token";
  setEnv({ FOOTFALL_IDENTITY: "cookie", FOOTFALL_COLLECT_MB: "", AUTH_SECRET: secret });
  const account = await database.db.account.findFirstOrThrow();
  const open = () => claimsOf(account, new Date());
  const cookieOf = async (claims: SessionClaims) => `${name}=${await encode({ token: claims, secret, salt: name })}`;
  const tell = async (path: string, claims: SessionClaims) => {
    const headers = { ...WHOLE, cookie: `${VISITOR_COOKIE}=${makeVisitorId()}; ${await cookieOf(claims)}`, [REQUEST_ID_HEADER]: "r" };
    const body = JSON.stringify({ kind: "view", path });
    return collect(new Request("https://shop.example/api/collect", { method: "POST", headers, body }));
  };
  const [signedOut, onlyPages] = [open(), open()];
  for (const { sid, endsAt } of [signedOut, onlyPages]) await revokeSignIn(database.db, sid, new Date(endsAt));
  await Promise.all([
    tell("/open", open()),
    tell("/signed-out", signedOut),
    tell("/other-password", { ...open(), passwordChangedAt: account.passwordChangedAt.getTime() - 1 }),
  ]);
  const events = await database.db.event.findMany({ orderBy: { path: "asc" } });
  const user = await database.db.knownUser.findFirstOrThrow({ where: { key: account.id } });
  expect(events.map(({ path, userId }) => [path, userId])).toEqual([
    ["/open", user.id],
    ["/other-password", null],
    ["/signed-out", null],
  ]);
  // A page waits for no answer: the first that is asked for may name the user, but not each, though none of them reads the session.
  const cookie = await cookieOf(onlyPages);
  await expect.poll(() => readUser(cookie), { interval: 10, timeout: 20_000 }).toBeNull();
});
