import { commandLineOf, identifyProcess, isAlive, parentOf } from "../../db/embedded/process-identity";
import { inheritedEnv } from "../../env";

const POLL_MS = 1_000;

/**
 * Calls `gone` when npm, which started this process, is no more: a signal that npm gets ends it and the shell it starts scripts through,
 * but reaches nobody behind that shell. Does nothing when npm did not start us.
 */
export function watchLauncher(gone: () => void): void {
  if (!inheritedEnv().npm_lifecycle_event) return;
  const parent = process.ppid;
  const throughShell = /^\S*sh -c /.test(commandLineOf(parent));
  const chain = [parent, ...(throughShell ? [parentOf(parent)] : [])].map((pid) => identifyProcess(pid) ?? "");
  const timer = setInterval(() => {
    if (chain.every(isAlive)) return;
    clearInterval(timer);
    gone();
  }, POLL_MS);
  timer.unref();
}
