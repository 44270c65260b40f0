import { expect, test } from "vitest";
import { NewEvent } from "@/lib/capture/event";
import { ACCESS_HEADER, eventsOf, readLog, rejectionsOf } from "./support";

const readRows = (...rows: string[]) => readLog([ACCESS_HEADER, ...rows].join("\r\n"));

test("a row is a view by that address with that time spent", async () => {
  const [event] = eventsOf(await readRows("2024-06-01,192.168.1.1,Contact,2024-06-01 05:54:03,225"));
  expect(event).toMatchObject({
    at: new Date("2024-06-01T05:54:03Z"),
    kind: "view",
    outcome: "success",
    visitor: "address:192.168.1.1",
    user: null,
    method: "GET",
    route: "Contact",
    address: "192.168.1.1",
    timeSpentSec: 225,
  });
  expect(NewEvent.safeParse(event).success).toBe(true);
});

test.each([
  ["2024-06-01,2001:DB8::1,Contact,2024-06-01T05:54:03,0.5", { address: "2001:db8::1", timeSpentSec: 0.5 }],
  ['2024-06-01,192.168.1.1,"Contact, us",2024-06-01 05:54:03,0', { route: "Contact, us", timeSpentSec: 0 }],
])("%s", async (text, expected) => expect(eventsOf(await readRows(text))[0]).toMatchObject(expected));

test.each([
  ["2024-06-01,192.168.1,Contact,2024-06-01 05:54:03,225", /IP Address must be/],
  ["2024-06-01,192.168.1.1,,2024-06-01 05:54:03,225", /Page Accessed is empty/],
  ["2024-06-01,192.168.1.1,Contact,05:54:03,225", /Access Time must look like/],
  ["2024-06-01,192.168.1.1,Contact,01/06/2024 05:54:03,225", /Access Time: date must look like/],
  ["2024-06-01,192.168.1.1,Contact,2024-06-01 05:54:03,-1", /Time Spent must be a number of seconds/],
  ["2024-06-01,192.168.1.1,Contact,2024-06-01 05:54:03,", /Time Spent must be a number of seconds/],
  ["2024-06-02,192.168.1.1,Contact,2024-06-01 05:54:03,225", /Date is 2024-06-02, but Access Time is on 2024-06-01/],
])("%s is refused", async (text, reason) => {
  expect(rejectionsOf(await readRows(text))).toEqual([{ line: 2, reason: expect.stringMatching(reason) }]);
});
