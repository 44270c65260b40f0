import { execFile } from "node:child_process";
import { inheritedEnv } from "../../env";

const PATIENCE_MS = 60_000;
const SERIOUS = ["critical", "high"] as const;

type Report = {
  metadata?: { vulnerabilities?: Partial<Record<string, number>> };
  vulnerabilities?: Record<string, { severity: string; via?: ({ title?: string; url?: string } | string)[] }>;
};

/** What `npm audit --json` says: the packages with an advisory that is high or critical, each in a line; null when the registry did not answer. */
export function readAudit(json: string): string[] | null {
  let report: Report;
  try {
    report = JSON.parse(json) as Report;
  } catch {
    return null;
  }
  if (!report?.metadata?.vulnerabilities) return null;
  const found = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) => SERIOUS.some((serious) => serious === severity));
  return found.map(([name, { severity, via = [] }]) => {
    const [first] = via.flatMap((reason) => (typeof reason === "object" ? [reason] : []));
    return `${name}: ${severity}${first ? `, ${first.title} (${first.url})` : ""}`;
  });
}

/**
 * Asks the registry for advisories about the packages that the product runs on, and names the high and critical ones. They fail the check where it is
 * asked for by name (`strict`): among all the others a suite that was green yesterday is not to fail by what was published today. A registry that does
 * not answer, or has no such list, is said so.
 */
export async function audit(strict: boolean): Promise<{ passed: number; failed: number }> {
  // npm that runs this command, else the one on the path.
  const npm = inheritedEnv().npm_execpath;
  const args = ["audit", "--omit=dev", "--json", "--fetch-retries=0"];
  const [file, all] = npm?.endsWith(".js") ? [process.execPath, [npm, ...args]] : ["npm", args];
  const json = await new Promise<string>((resolve) => {
    execFile(file, all, { timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
  });
  const found = readAudit(json);
  if (found === null) process.stdout.write("  The registry does not say which packages have known faults: not checked.\n");
  else process.stdout.write(found.length === 0 ? "  No package has a known fault that is high or critical.\n" : `${found.join("\n")}\n`);
  return found === null || found.length === 0 || !strict ? { passed: 1, failed: 0 } : { passed: 0, failed: found.length };
}
