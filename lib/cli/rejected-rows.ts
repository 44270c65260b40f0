import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "../app-error";
import type { Rejection } from "../capture/old-logs/read-rows";

/** How many rejected rows are listed on the terminal. */
const LISTED = 50;
const WRITTEN_AT_ONCE = 1_000;

const toCsv = ({ line, reason }: Rejection) => `${line},"${reason.replaceAll('"', '""')}"\n`;

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, "w");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError("invalid", `${path}: the rejected rows can't be written there (${code}).`, { field: "--rejects", cause: error });
  }
}

/**
 * Takes rejected rows as they come. `close` lists the first of them on stderr, with how many more there are; with `path` all of them are
 * in that CSV file by then. Throws an AppError when the file can't be written.
 */
export async function listRejections(
  path: string | undefined,
): Promise<{ add: (rejection: Rejection) => void; close: () => Promise<void> }> {
  const file = path === undefined ? undefined : await openForWriting(path);
  const first: Rejection[] = [];
  let waiting = ["line,reason\n"];
  let written: Promise<unknown> = Promise.resolve();
  let rejections = 0;
  const flush = () => {
    const text = waiting.join("");
    waiting = [];
    written = written.then(() => file?.appendFile(text));
    // Whoever closes hears of it.
    written.catch(() => undefined);
  };
  return {
    add(rejection) {
      rejections += 1;
      if (first.length < LISTED) first.push(rejection);
      if (file && waiting.push(toCsv(rejection)) >= WRITTEN_AT_ONCE) flush();
    },
    async close() {
      for (const { line, reason } of first) process.stderr.write(`line ${line}: ${reason}\n`);
      const more = rejections - first.length;
      if (more > 0) process.stderr.write(`… and ${more.toLocaleString("en-US")} more rejected; --rejects CSV writes down all of them.\n`);
      if (!file) return;
      flush();
      await written.finally(() => file.close());
    },
  };
}
