/** How one check ended: how many tests passed and failed in it, and how long it took. A lint or a type check counts as one test. */
export type CheckResult = { name: string; passed: number; failed: number; seconds: number };

/** A table of the checks and, as its last line, the sum: `N passed, N failed`. */
export function summariseChecks(results: CheckResult[]): { text: string; failed: number } {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const rows = results.map(
    ({ name, passed, failed, seconds }) =>
      `  ${failed ? "✗" : "✓"} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(Math.round(seconds)).padStart(5)} s`,
  );
  return { text: `\n${rows.join("\n")}\n\n${passed} passed, ${failed} failed\n`, failed };
}
