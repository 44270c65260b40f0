import { Command } from "commander";
import { AppError } from "../app-error";
import { inheritedEnv } from "../env";

/** What went wrong in one line; the cause's own words where the error has none. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message || (error as NodeJS.ErrnoException).code || error.name;
  return text.replace(/\s*\n\s*/g, " ").trim();
}

/**
 * Runs one command of lib/cli. `configure` adds its options and its action to a commander command that has --help.
 * An error ends it with one line on stderr and exit code 1; of an unexpected one LOG_LEVEL=debug shows the stack too.
 */
export async function runCommand(name: string, description: string, configure: (command: Command) => void): Promise<void> {
  const npmName = `npm run ${name} --`;
  const command = new Command(npmName).description(description).showHelpAfterError("(--help shows what is possible)").exitOverride();
  command.configureOutput({ outputError: (text, write) => write(`footfall ${name}: ${text.replace(/^error: /, "")}`) });
  configure(command);
  try {
    await command.parseAsync(process.argv);
  } catch (error) {
    // commander has already said what it had to say.
    if (isCommanderExit(error)) {
      process.exitCode = error.exitCode;
      return;
    }
    process.stderr.write(`footfall ${name}: ${describeError(error)}\n`);
    const debug = inheritedEnv().LOG_LEVEL === "debug";
    if (debug && !(error instanceof AppError)) process.stderr.write(`${(error as Error).stack ?? ""}\n`);
    process.exitCode = 1;
  }
}

function isCommanderExit(error: unknown): error is { exitCode: number } {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("commander.");
}
