import fc from "fast-check";
import type { Door } from "../access/find-doors";
import { actionCall, body, form, headers, pathTail, query } from "./arbitraries";
import type { Sent } from "./send";

export type Group =
  | "asked of pages and routes"
  | "sent to routes"
  | "sent to actions as forms"
  | "sent to actions as anything"
  | "other methods";
export type Hostile = { group: Group; sent: Sent };

type Own = { url: string; cookie: string };

const fill = (path: string) => path.replace(/\[\[?\.{3}\w+\]?\]/, "csrf").replace(/\[\w+\]/g, "x");

/** Hostile requests of every sort to every door there is, some of them by the owner. */
export function hostileRequests(doors: readonly Door[], { url, cookie }: Own): fc.Arbitrary<Hostile> {
  const paths = [...new Set(doors.flatMap((door) => (door.type === "action" ? [] : [fill(door.path)])))];
  const posts = doors.flatMap((door) => (door.type === "route" && door.method === "POST" ? [fill(door.path)] : []));
  // Signing out would end the session that the others need.
  const actions = doors.flatMap((door) => (door.type === "action" && !door.name.includes("logOut") ? [door] : []));
  const mine = fc.boolean().map((signedIn): Record<string, string> => (signedIn ? { cookie } : {}));

  const asked = fc.tuple(fc.constantFrom(...paths), pathTail, query, headers, mine).map(([door, tail, search, own, session]) => {
    const path = `${door === "/" ? "" : door}${tail}` || "/";
    return { method: "GET", path: search ? `${path}?${search}` : path, headers: { ...own, ...session } };
  });
  const posted = fc
    .tuple(fc.constantFrom(...posts), body, headers, mine, fc.integer({ min: 1, max: 250 }))
    .map(([path, data, own, session, host]) => {
      const given = { "x-forwarded-for": `10.0.0.${host}`, ...own, "content-type": "application/json", ...session };
      return { method: "POST", path, headers: given, data };
    });
  const called = fc
    .tuple(fc.constantFrom(...actions), actionCall, headers, fc.boolean(), mine)
    .map(([{ id, page }, { type, data }, own, known, session]) => {
      const given = { ...own, ...session, "next-action": known ? id : "0".repeat(id.length), "content-type": type, origin: url };
      return { method: "POST", path: page, headers: given, data };
    });
  const garbled = fc.tuple(fc.constantFrom(...actions), form, fc.boolean(), mine).map(([{ id, page }, { type, data }, known, session]) => {
    const given: Record<string, string> = { ...session, ...(known && { "next-action": id }), "content-type": type, origin: url };
    return { method: "POST", path: page, headers: given, data };
  });
  const odd = fc
    .tuple(
      fc.constantFrom("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST", "PROPFIND"),
      fc.constantFrom(...paths),
      query,
      headers,
      body,
    )
    .map(([method, path, search, own, data]) => ({
      method,
      path: search ? `${path}?${search}` : path,
      headers: own,
      ...(method !== "HEAD" && method !== "OPTIONS" && { data }),
    }));

  const grouped = (group: Group, arbitrary: fc.Arbitrary<Sent>) => arbitrary.map((sent): Hostile => ({ group, sent }));
  return fc.oneof(
    { weight: 35, arbitrary: grouped("asked of pages and routes", asked) },
    { weight: 25, arbitrary: grouped("sent to routes", posted) },
    { weight: 20, arbitrary: grouped("sent to actions as forms", called) },
    { weight: 15, arbitrary: grouped("sent to actions as anything", garbled) },
    { weight: 5, arbitrary: grouped("other methods", odd) },
  );
}
