import { expect, test } from "vitest";
import { lineOf } from "../../../lib/observe/console-part";

test.each([
  ["plain words", ["Failed to decode", "%E0"], {}, "Failed to decode %E0"],
  ["colours go", ["\u001b[31m\u001b[1m⨯\u001b[22m\u001b[39m", "unhandled"], {}, "⨯ unhandled"],
  [
    "queries, e-mails and addresses go",
    ["at /login?email=ada@example.org&x=1 by ada@example.org from 192.0.2.7"],
    {},
    "at /login?… by …@… from ….….….…",
  ],
])("%s", (_name, said, object, message) => {
  expect(lineOf(said)).toEqual([object, message]);
});

test("an error is kept as one, without the data it quotes, and gives the message where there are no other words", () => {
  const [{ err }, message] = lineOf(["⨯", new TypeError("Invalid URL: /x?token=secret of ada@example.org")]) as [{ err: Error }, string];
  expect(err).toMatchObject({ name: "TypeError", message: "Invalid URL: /x?… of …@…" });
  expect(err.stack).not.toMatch(/secret|ada@/);
  expect(message).toBe("Invalid URL: /x?… of …@…");
});

test("what goes on for ever is cut", () => {
  expect(lineOf(["x".repeat(1_000_000)])[1]).toHaveLength(2_000);
});
