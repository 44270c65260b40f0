import { expect, test } from "vitest";
import { hashVisitor, nameVisitors, type Salts } from "@/lib/capture/cookieless";

const client = { site: "demo", address: "203.0.113.7", userAgent: "Mozilla/5.0 Firefox/132.0" };
const salts: Salts = new Map([
  ["2026-06-09", Buffer.alloc(32, 9).toString("base64url")],
  ["2026-06-10", Buffer.alloc(32, 10).toString("base64url")],
  ["2026-06-11", Buffer.alloc(32, 11).toString("base64url")],
]);

test("one address and browser is one visitor on one day, and another one on the next", () => {
  const name = nameVisitors(salts);
  const noon = name(client, new Date("2026-06-10T12:00:00Z"));
  expect(name(client, new Date("2026-06-10T20:00:00Z"))).toBe(noon);
  expect(name(client, new Date("2026-06-11T12:00:00Z"))).not.toBe(noon);
});

test("another address, browser or site is another visitor", () => {
  const at = new Date("2026-06-10T12:00:00Z");
  const name = nameVisitors(salts);
  const keys = [client, { ...client, address: "203.0.113.8" }, { ...client, userAgent: "curl" }, { ...client, site: "other" }].map((each) =>
    name(each, at),
  );
  expect(new Set(keys).size).toBe(4);
});

test("a visit goes on over midnight, for as long as it pauses no longer than half an hour", () => {
  const name = nameVisitors(salts);
  const late = name(client, new Date("2026-06-10T23:50:00Z"));
  expect(name(client, new Date("2026-06-11T00:10:00Z"))).toBe(late);
  expect(name(client, new Date("2026-06-11T00:35:00Z"))).toBe(late);
  expect(name(client, new Date("2026-06-11T01:30:00Z"))).not.toBe(late);
});

test("without that day's salt nobody is named, and the key holds nothing of the address", () => {
  expect(nameVisitors(salts)(client, new Date("2026-07-01T12:00:00Z"))).toBeNull();
  expect(hashVisitor(client, "c2FsdA")).toMatch(/^day:[\w-]{22}$/);
});
