import { describe, expect, test } from "vitest";
import { NewEvent } from "@/lib/capture/event";
import { ACTIVITY_HEADER, eventsOf, readLog, rejectionsOf } from "./support";

const row = (parts: Partial<Record<"user" | "gender" | "method" | "route" | "status" | "time" | "date" | "name", string>> = {}) => {
  const { user = "a@example.com", name = "Ada", gender = "f", method = "GET", route = "/celebrity", status = "Success" } = parts;
  return `${user},0,${name},Byron,${gender},${method},${route},${status},${parts.time ?? "14:48:10"},${parts.date ?? "2022-10-11"}`;
};
const readRows = (...rows: string[]) => readLog([ACTIVITY_HEADER, ...rows].join("\n"));

test("a row is an event of its user, who is the visitor", async () => {
  const [event] = eventsOf(await readRows("maksimum232@gmail.com,0,Maksim,Turtsevich,m,GET,/celebrity,Success,14:48:10,2022-10-11"));
  expect(event).toEqual({
    id: "0183c784-7410-8629-8f09-e1ea2651bd00",
    at: new Date("2022-10-11T14:48:10Z"),
    kind: "view",
    outcome: "success",
    visitor: "user:maksimum232@gmail.com",
    user: { key: "maksimum232@gmail.com", label: "Maksim Turtsevich", gender: "m" },
    method: "GET",
    route: "/celebrity",
    path: "/celebrity",
    status: null,
    durationMs: null,
    timeSpentSec: null,
    title: null,
    address: null,
    country: null,
    client: null,
    referral: null,
  });
  expect(NewEvent.safeParse(event).success).toBe(true);
});

describe("what a request was", () => {
  test.each([
    ["POST", "/login", "Success", "login", "success"],
    ["GET", "/login", "Success", "login", "success"],
    ["POST", "/login", "Error", "action", "error"],
    ["GET", "/login", "Error", "view", "error"],
    ["POST", "/logout", "Success", "logout", "success"],
    ["GET", "/logout", "Error", "logout", "error"],
    ["POST", "/register", "Success", "register", "success"],
    ["POST", "/register", "Error", "action", "error"],
    ["GET", "/register", "Success", "view", "success"],
    ["POST", "/house-price", "Success", "action", "success"],
    ["PUT", "/house-price", "Error", "action", "error"],
    ["GET", "/house-price", "Success", "view", "success"],
    ["get", "/house-price", "success", "view", "success"],
  ])("%s %s %s is a %s", async (method, route, status, kind, outcome) => {
    const [event] = eventsOf(await readRows(row({ method, route, status })));
    expect(event).toMatchObject({ kind, outcome, route, method: method.toUpperCase() });
  });
});

test.each([
  ["gender", { gender: "" }, { user: { gender: "unknown" } }],
  ["query in the path, not in the route", { route: "/house-price?x=1" }, { route: "/house-price", path: "/house-price?x=1" }],
  ["spaces around a field", { user: " a@example.com " }, { visitor: "user:a@example.com" }],
])("%s", async (_, parts, expected) => expect(eventsOf(await readRows(row(parts)))[0]).toMatchObject(expected));

test.each([
  [{ user: "" }, /user_name is empty/],
  [{ user: "u".repeat(196) }, /user_name is longer/],
  [{ route: "" }, /route is empty/],
  [{ route: "celebrity" }, /route must begin with/],
  [{ method: "" }, /method must be an HTTP method/],
  [{ method: "GET IT" }, /method must be an HTTP method/],
  [{ status: "constructor" }, /status must be Success or Error/],
  [{ status: "200" }, /status must be Success or Error/],
  [{ gender: "male" }, /gender must be m, f or empty/],
  [{ date: "11.10.2022" }, /date must look like 2022-10-11/],
  [{ time: "25:00:00" }, /time must look like 14:48:10/],
])("%o is refused with its line", async (parts, reason) => {
  const rejections = rejectionsOf(await readRows(row(), row(parts), row()));
  expect(rejections).toEqual([{ line: 3, reason: expect.stringMatching(reason) }]);
});

test("without name and surname the user is called by the user name", async () => {
  const [event] = eventsOf(await readRows("bob,7,,,m,GET,/,Success,00:00:00,2022-10-11"));
  expect(event?.user).toEqual({ key: "bob", label: "bob", gender: "m" });
});
