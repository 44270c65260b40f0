import { expect, test, vi } from "vitest";
import { errorResponse } from "@/app/api/_http/error-response";
import { AppError } from "@/lib/app-error";
import { log } from "@/lib/observe/log";

test("an error of another module graph, as those of the buffer are to a route, is answered as what it is and not logged", async () => {
  const logged = vi.spyOn(log(), "error").mockImplementation(() => undefined);
  vi.resetModules();
  const { AppError: Another } = await import("@/lib/app-error");
  expect(Another).not.toBe(AppError);
  const response = errorResponse(new Another("unavailable", "The database is away."));
  expect([response.status, await response.json()]).toEqual([503, { error: { code: "unavailable", message: "The database is away." } }]);
  expect(logged).not.toHaveBeenCalled();
});

test("other errors are none of them, whatever they are called", () => {
  const others = [
    new Error("x"),
    Object.assign(new Error("x"), { name: "AppError", code: "unavailable" }),
    null,
    undefined,
    "AppError",
    {},
  ];
  expect(others.filter((value) => value instanceof AppError)).toEqual([]);
});
