import { describe, expect, test } from "vitest";
import type { CaptureContext } from "@/lib/capture/capture-context";
import { type CompletedRequest, completeEvent } from "@/lib/capture/complete-event";
import type { Remembered } from "@/lib/capture/remembered";
import { BOTS, BROWSERS } from "../../support/user-agents";

const context: CaptureContext = {
  locate: (_headers, peer) => ({ address: peer, country: "NZ", reason: "the connection itself" }),
  nameVisitor: () => "day:visitor",
  maskAddress: (address) => address,
  judgeByRules: () => null,
  judgeByPace: () => null,
};
const user = { key: "account-1", label: "Ada Lovelace", gender: "f" as const };

const remember = (given: Partial<Remembered> = {}): Remembered => ({
  site: "demo",
  kind: "view",
  method: "GET",
  route: "/login",
  path: "/login",
  search: "",
  host: "shop.example",
  visitorId: "cookie-visitor",
  knownVisitor: true,
  secure: true,
  headers: { "user-agent": BROWSERS[0] },
  ...given,
});

const complete = (given: Partial<CompletedRequest> = {}) =>
  completeEvent(
    {
      id: "018f3c1e-0000-7000-8000-000000000001",
      at: new Date("2026-06-10T12:00:00Z"),
      remembered: remember(),
      mark: {},
      status: 200,
      durationMs: 12.5,
      peerAddress: "203.0.113.7",
      user: null,
      ...given,
    },
    context,
  );

const form = remember({ kind: "action", method: "POST" });

describe("a completed request", () => {
  test("a page that was shown is a view with its status, its duration and its visitor", () => {
    expect(complete()).toMatchObject({
      event: {
        kind: "view",
        outcome: "success",
        visitor: "cookie-visitor",
        status: 200,
        durationMs: 12.5,
        address: "203.0.113.7",
        country: "NZ",
      },
    });
  });

  test.each([
    [301, "redirect"],
    [302, "redirect"],
    [303, "redirect"],
    [307, "redirect"],
    [308, "redirect"],
    [null, "aborted"],
  ] as const)("a document that ends with %s opened no page", (status, reason) => {
    expect(complete({ status })).toEqual({ ignored: reason });
  });

  test.each([
    [304, "success"],
    [404, "error"],
    [403, "error"],
    [500, "error"],
    ["unknown", "success"],
  ] as const)("a page answered with %s is a view with outcome %s", (status, outcome) => {
    expect(complete({ status })).toMatchObject({ event: { kind: "view", outcome } });
  });

  test.each([
    ["a form that redirects afterwards succeeded", { status: 303 }, "action", "success"],
    ["a form that its action calls a success", { status: 200, mark: { outcome: "success" } }, "action", "success"],
    ["a form that no action took, and the page answered", { status: 200 }, "action", "error"],
    ["a form whose end nobody saw", { status: "unknown" }, "action", "success"],
    ["a form that the action refused", { status: 200, mark: { outcome: "error" } }, "action", "error"],
    ["a form whose connection was cut", { status: null }, "action", "error"],
    ["a sign-in", { status: 303, mark: { kind: "login", user } }, "login", "success"],
    ["a sign-in that failed after all", { status: 200, mark: { kind: "login", outcome: "error" } }, "action", "error"],
    ["a registration that broke", { status: 500, mark: { kind: "register", user } }, "action", "error"],
    ["a sign-out", { status: 303, mark: { kind: "logout" }, user }, "logout", "success"],
  ] as const)("%s", (_, given, kind, outcome) => {
    expect(complete({ remembered: form, ...given })).toMatchObject({ event: { kind, outcome, method: "POST" } });
  });

  test.each([307, 308])("a form that is to be sent elsewhere (%s) is told of by the request that follows", (status) => {
    expect(complete({ remembered: form, status })).toEqual({ ignored: "redirect" });
  });

  test("what the owner leaves out is stored apart, even where it is a machine's", () => {
    const asked: unknown[] = [];
    const judging: CaptureContext = {
      ...context,
      judgeByRules: (site, request) => {
        asked.push([site, request]);
        return { category: "own-traffic", reason: "own browser" };
      },
    };
    const cookie = "ff_visitor=AAAAAAAAAAAAAAAAAAAAAA";
    const request = remember({ headers: { "user-agent": "curl/8.5.0", cookie }, visitorId: null });
    const given = { id: "x", at: new Date(0), remembered: request, mark: {}, status: 200, durationMs: 1, peerAddress: "203.0.113.7", user };
    expect(completeEvent(given, judging)).toMatchObject({ excluded: { category: "own-traffic", reason: "own browser", path: "/login" } });
    expect(asked).toEqual([
      [
        "demo",
        {
          address: "203.0.113.7",
          host: "shop.example",
          path: "/login",
          cookie: "AAAAAAAAAAAAAAAAAAAAAA",
          visitor: "day:visitor",
          user: "account-1",
        },
      ],
    ]);
  });

  test("who asks too fast is stored apart, and a headless browser that names itself in its hints", () => {
    const fast: CaptureContext = { ...context, judgeByPace: () => ({ category: "bot", reason: "impossible rate" }) };
    const given = { id: "x", at: new Date(0), remembered: remember(), mark: {}, status: 200, durationMs: 1, peerAddress: null, user: null };
    expect(completeEvent(given, fast)).toMatchObject({ excluded: { category: "bot", reason: "impossible rate" } });
    const hint = { "user-agent": BROWSERS[0] ?? "", "sec-ch-ua": '"HeadlessChrome";v="130", "Not;A=Brand";v="8"' };
    expect(complete({ remembered: remember({ headers: hint }) })).toMatchObject({
      excluded: { category: "bot", reason: "headless browser behind another user agent" },
    });
  });

  test("the user is the one the action was about, else the one signed in", () => {
    const other = { key: "account-2", label: "Ben", gender: "m" as const };
    expect(complete({ user })).toMatchObject({ event: { user } });
    expect(complete({ remembered: form, user: other, mark: { kind: "login", user } })).toMatchObject({ event: { user } });
  });

  test("without a cookie the visitor has the day's name, and without a salt none", () => {
    expect(complete({ remembered: remember({ visitorId: null }) })).toMatchObject({ event: { visitor: "day:visitor" } });
    const nameless = { ...context, nameVisitor: () => null };
    const request = {
      id: "x",
      at: new Date(),
      remembered: remember({ visitorId: null }),
      mark: {},
      status: 200,
      durationMs: 1,
      peerAddress: null,
      user: null,
    };
    expect(completeEvent(request, nameless)).toEqual({ ignored: "privacy-signal" });
  });

  test.each(BOTS.slice(-11))("a machine is stored apart, with the reason: %s", (userAgent, category) => {
    const completion = complete({ remembered: remember({ headers: { "user-agent": userAgent } }) });
    expect(completion).toMatchObject({ excluded: { category, path: "/login", status: 200, userAgent } });
  });

  test("what a client sends is made fit to store", () => {
    const path = `/a\u0000b\ud800${"x".repeat(5_000)}`;
    const completion = complete({ remembered: remember({ path, route: "(not found)" }) });
    if (!("event" in completion)) throw new Error("no event");
    expect(completion.event.path).toHaveLength(1_000);
    expect(completion.event.path.startsWith("/a b\ufffdxx")).toBe(true);
  });
});
