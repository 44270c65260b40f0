import type { EventKind, Gender } from "../event";
import { type LogFormat, lengthProblem, toEvent } from "./log-format";

const OUTCOMES = new Map<string, "success" | "error">([
  ["success", "success"],
  ["error", "error"],
]);
const GENDERS = new Map<string, Gender>([
  ["m", "m"],
  ["f", "f"],
  ["unknown", "unknown"],
  ["", "unknown"],
]);
const METHOD = /^[A-Z]{1,16}$/;

function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}

/** What a request was, by docs/metrics.md. */
export function activityKind(method: string, route: string, outcome: "success" | "error"): EventKind {
  if (route === "/login" && outcome === "success") return "login";
  if (route === "/logout") return "logout";
  if (route === "/register" && method === "POST" && outcome === "success") return "register";
  return method === "GET" ? "view" : "action";
}

/** The activity log of a site with users: one request a row, and the user is the visitor. */
export const activityLog: LogFormat = {
  id: "activity-log",
  name: "an activity log",
  columns: [
    ["user_name", "username"],
    ["user_id"],
    ["name"],
    ["surname"],
    ["gender"],
    ["method"],
    ["route"],
    ["status"],
    ["time"],
    ["date"],
  ],
  parse([userName = "", , name = "", surname = "", gender = "", method = "", path = "", status = "", time = "", date = ""], context) {
    const outcome = OUTCOMES.get(status.toLowerCase());
    const knownGender = GENDERS.get(gender.toLowerCase());
    const verb = method.toUpperCase();
    const route = withoutQuery(path);
    const label = `${name} ${surname}`.trim() || userName;
    const misfit =
      lengthProblem("user_name", userName, 1, 195) ??
      lengthProblem("name and surname", label, 0, 200) ??
      lengthProblem("route", route, 1, 300) ??
      lengthProblem("route with its query", path, 1, 1000);
    if (misfit) return { reason: misfit };
    if (!route.startsWith("/")) return { reason: `route must begin with "/", not "${route.slice(0, 40)}"` };
    if (!METHOD.test(verb)) return { reason: `method must be an HTTP method such as GET, not "${method.slice(0, 40)}"` };
    if (!outcome) return { reason: `status must be Success or Error, not "${status.slice(0, 40)}"` };
    if (!knownGender) return { reason: `gender must be m, f or empty, not "${gender.slice(0, 40)}"` };
    const reading = context.clock(date, time);
    if ("reason" in reading) return reading;
    const event = toEvent({
      id: context.identify(reading.shown),
      at: reading.at,
      kind: activityKind(verb, route, outcome),
      outcome,
      visitor: `user:${userName}`,
      user: { key: userName, label, gender: knownGender },
      method: verb,
      route,
      path,
      address: null,
      timeSpentSec: null,
    });
    return { event };
  },
};
