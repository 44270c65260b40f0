import { isIP } from "node:net";
import { type LogFormat, lengthProblem, toEvent } from "./log-format";

const MOMENT = /^(\S+)[ T](\S+)$/;
const SECONDS = /^\d{1,7}(\.\d+)?$/;

/** A file of page accesses: each row is a view by an address, with the time it spent there. */
export const pageAccessFile: LogFormat = {
  id: "page-access",
  name: "a page-access file",
  columns: [["date"], ["ip address"], ["page accessed"], ["access time"], ["time spent (seconds)"]],
  parse([date = "", address = "", page = "", accessTime = "", timeSpent = ""], context) {
    const misfit = lengthProblem("Page Accessed", page, 1, 300);
    if (misfit) return { reason: misfit };
    if (isIP(address) === 0 || address.length > 64)
      return { reason: `IP Address must be an IPv4 or IPv6 address, not "${address.slice(0, 40)}"` };
    if (!SECONDS.test(timeSpent)) return { reason: `Time Spent must be a number of seconds, not "${timeSpent.slice(0, 40)}"` };
    const [, day, time] = MOMENT.exec(accessTime) ?? [];
    if (!day || !time) return { reason: `Access Time must look like 2024-06-01 05:54:03, not "${accessTime.slice(0, 40)}"` };
    const reading = context.clock(day, time);
    if ("reason" in reading) return { reason: `Access Time: ${reading.reason}` };
    if (day !== date) return { reason: `Date is ${date.slice(0, 40) || "empty"}, but Access Time is on ${day}` };
    const key = address.toLowerCase();
    const event = toEvent({
      id: context.identify(reading.shown),
      at: reading.at,
      kind: "view",
      outcome: "success",
      visitor: `address:${key}`,
      user: null,
      method: "GET",
      route: page,
      path: page,
      address: key,
      timeSpentSec: Number(timeSpent),
    });
    return { event };
  },
};
