import { expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { isPassingTrouble, nameTrouble } from "@/lib/capture/trouble";
import { arrayOf, column } from "@/lib/store/columns";
import { UnstorableError } from "@/lib/store/unstorable-error";

const saidByServer = (code: string, message = "closed") => Object.assign(new Error(message), { severity: "ERROR", code });
const byPrisma = (originalCode: string) =>
  Object.assign(new Error("Raw query failed"), { code: "P2010", meta: { driverAdapterError: { cause: { originalCode } } } });

test.each([
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "Connection terminated unexpectedly",
  "no answer within 5000 ms",
  "a word that nobody has heard yet",
])("%s: passes", (message) => expect(isPassingTrouble(new Error(message))).toBe(true));

test.each(["08006", "25P02", "26000", "40001", "40P01", "42883", "42P01", "53300", "55P03", "57P01", "58030", "XX000", "0A000"])(
  "state %s: passes",
  (state) => expect([isPassingTrouble(saidByServer(state)), isPassingTrouble(byPrisma(state))]).toEqual([true, true]),
);

test.each(["22003", "22021", "22P02", "23502", "23514", "54000"])("state %s: the event's own fault, whatever the words", (state) =>
  expect([isPassingTrouble(saidByServer(state, "timeout, terminated")), isPassingTrouble(byPrisma(state))]).toEqual([false, false]),
);

test("Node's errors of a connection pass, also those that are type errors", () => {
  const odd = Object.assign(new TypeError("Invalid argument"), { code: "ERR_INVALID_ARG_TYPE" });
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  expect([odd, reset, "a text", undefined].map(isPassingTrouble)).toEqual([true, true, true, true]);
});

test("what our own code cannot write is the event's own fault, and is named by nothing but its kind", () => {
  let error: unknown;
  try {
    arrayOf(
      ["no id at 10.0.0.7"],
      column("uuid", (id: string) => id),
    );
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UnstorableError);
  expect(isPassingTrouble(error)).toBe(false);
  expect(nameTrouble(error)).toBe("the database does not take it (UnstorableError).");
  expect(isPassingTrouble(new RangeError("Invalid time value"))).toBe(false);
});

test("a refusal of ours is one, and a delay is not", () => {
  expect(isPassingTrouble(new AppError("not-found", "There is no such site."))).toBe(false);
  expect(isPassingTrouble(new AppError("unavailable", "Later."))).toBe(true);
});
