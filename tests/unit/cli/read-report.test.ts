import { describe, expect, test } from "vitest";
import { countPlaywright, countVitest, judge } from "../../../lib/cli/test/read-report";
import { summariseChecks } from "../../../lib/cli/test/summarise-checks";

const vitest = (changes: object) =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTotalTests: 3, testResults: [], ...changes });
const playwright = (stats: object, errors: unknown[] = []) =>
  JSON.stringify({ stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0, ...stats }, errors });

describe("a check", () => {
  test.each([
    ["all green", vitest({}), countVitest, 0, { passed: 3, failed: 0 }],
    ["one failed", vitest({ numPassedTests: 2, numFailedTests: 1 }), countVitest, 1, { passed: 2, failed: 1 }],
    [
      "a file did not load",
      vitest({ testResults: [{ status: "failed", assertionResults: [] }] }),
      countVitest,
      1,
      { passed: 3, failed: 1 },
    ],
    ["green, but it ended badly", vitest({}), countVitest, 1, { passed: 3, failed: 1 }],
    ["no tests in it", vitest({ numPassedTests: 0, numTotalTests: 0 }), countVitest, 0, { passed: 0, failed: 1 }],
    ["no report", undefined, countVitest, 0, { passed: 0, failed: 1 }],
    ["half a report", '{"numPassed', countVitest, 0, { passed: 0, failed: 1 }],
    ["browsers all green", playwright({}), countPlaywright, 0, { passed: 2, failed: 0 }],
    ["green at the second try", playwright({ flaky: 1 }), countPlaywright, 0, { passed: 2, failed: 1 }],
    ["the set-up broke", playwright({ expected: 0 }, [{}]), countPlaywright, 1, { passed: 0, failed: 1 }],
  ])("%s", (_, report, count, code, expected) => {
    expect(judge(report, count, code)).toEqual(expected);
  });
});

test("the last line is the sum", () => {
  const { text, failed } = summariseChecks([
    { name: "lint", passed: 0, failed: 1, seconds: 1 },
    { name: "unit", passed: 41, failed: 2, seconds: 1 },
  ]);
  expect(text.trimEnd().split("\n").at(-1)).toBe("41 passed, 3 failed");
  expect(failed).toBe(3);
});
