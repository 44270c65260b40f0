import { expect, test } from "vitest";
import { readAudit } from "../../../lib/cli/test/audit";

const none = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 };

test("high and critical advisories are named, lesser ones are not", () => {
  const via = [{ title: "Remote code", url: "https://github.com/advisories/GHSA-x" }];
  const vulnerabilities = {
    bad: { severity: "critical", via },
    above: { severity: "high", via: ["bad"] },
    small: { severity: "moderate", via },
  };
  expect(readAudit(JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: { ...none, high: 1, critical: 1 } } }))).toEqual([
    "bad: critical, Remote code (https://github.com/advisories/GHSA-x)",
    "above: high",
  ]);
});

test("a clean report names none", () => {
  expect(readAudit(JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: none } }))).toEqual([]);
});

test.each([
  ["no answer", ""],
  ["a registry without the list", JSON.stringify({ message: "405 Method Not Allowed", statusCode: 405, error: { summary: "" } })],
  ["nonsense", "null"],
])("%s is not taken for a clean one", (_, json) => {
  expect(readAudit(json)).toBeNull();
});
