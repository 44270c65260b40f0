import { z } from "zod";

type Count = { passed: number; failed: number };

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTotalTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

/** Counts a vitest JSON report. A file that could not even be loaded has no tests in it: it counts as one that failed. */
export function countVitest(json: string): Count {
  const report = VitestReport.parse(JSON.parse(json));
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded };
}

/** Counts a Playwright JSON report. A test that passed only at the second try failed; so did what broke outside of a test. */
export function countPlaywright(json: string): Count {
  const { stats, errors } = PlaywrightReport.parse(JSON.parse(json));
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}

/**
 * What a check's report and its exit code say together. A check without a report did not run, one without tests tested nothing, and
 * one that ended badly although its report is all green went wrong elsewhere: each of them is a failure.
 */
export function judge(report: string | undefined, count: (json: string) => Count, exitCode: number): Count {
  let counted: Count = { passed: 0, failed: 1 };
  try {
    if (report !== undefined) counted = count(report);
  } catch {
    // A report that was cut off is no report.
  }
  if (counted.failed > 0) return counted;
  if (exitCode !== 0 || counted.passed === 0) return { passed: counted.passed, failed: 1 };
  return counted;
}
