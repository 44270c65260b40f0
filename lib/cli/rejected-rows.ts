import type { Rejection } from "../capture/old-logs/read-rows";
import { openRejectsFile } from "./rejects-file";

/** How many rejected rows are listed on the terminal. */
const LISTED = 50;
const WRITTEN_AT_ONCE = 1_000;

const toCsv = ({ line, reason }: Rejection) => `${line},"${reason.replaceAll('"', '""')}"\n`;

/** A reason quotes the row, which may hold anything: line breaks, or what a terminal takes for orders. */
const toOneLine = (reason: string) =>
  reason.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/**
 * Takes rejected rows of the file `source` as they come. `close` lists the first of them on stderr, with how many more there are; with `path` all of them
 * are in that CSV file by then. A file of that name from before is replaced at the end, and only by rows, or by none when the import has `succeeded`.
 * Throws an AppError when the file can't be written, or is the source.
 */
export async function listRejections(
  path: string | undefined,
  source: string,
): Promise<{ add: (rejection: Rejection) => void; close: (succeeded: boolean) => Promise<void> }> {
  const file = path === undefined ? undefined : await openRejectsFile(path, source);
  const first: Rejection[] = [];
  let waiting = ["line,reason\n"];
  let written: Promise<unknown> = Promise.resolve();
  let rejections = 0;
  const flush = () => {
    const text = waiting.join("");
    waiting = [];
    written = written.then(() => file?.append(text));
    // Whoever closes hears of it.
    written.catch(() => undefined);
  };
  return {
    add(rejection) {
      rejections += 1;
      if (first.length < LISTED) first.push(rejection);
      if (file && waiting.push(toCsv(rejection)) >= WRITTEN_AT_ONCE) flush();
    },
    async close(succeeded) {
      for (const { line, reason } of first) process.stderr.write(`line ${line}: ${toOneLine(reason)}\n`);
      const more = rejections - first.length;
      const where = path === undefined ? "--rejects CSV writes down all of them" : `all of them are in ${path}`;
      if (more > 0) process.stderr.write(`… and ${more.toLocaleString("en-US")} more rejected; ${where}.\n`);
      if (!file) return;
      if (rejections === 0 && !succeeded) return file.discard();
      flush();
      try {
        await written;
      } catch (error) {
        await file.discard();
        throw error;
      }
      await file.keep();
    },
  };
}
