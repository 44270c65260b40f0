import { access, constants, type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "../app-error";

/** A file being written. Until `keep` an older one of that name stays as it is. */
export interface RejectsFile {
  append(text: string): Promise<void>;
  keep(): Promise<void>;
  discard(): Promise<void>;
}

const factsOf = (path: string) =>
  stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? null : Promise.reject(error)));

/** Where the rows go while they come, and what it is called in the end: the same place for what is no ordinary file, such as /dev/stderr. */
async function placesOf(path: string, source: string): Promise<{ partial: string; target: string }> {
  const [facts, log] = [await factsOf(path), await factsOf(source)];
  if (facts && log && facts.dev === log.dev && facts.ino === log.ino)
    throw new AppError("invalid", `${path} is the very file to import: --rejects needs another one.`, { field: "--rejects" });
  if (facts?.isDirectory()) throw Object.assign(new Error("it is a directory"), { code: "EISDIR" });
  if (facts) await access(path, constants.W_OK);
  if (facts && !facts.isFile()) return { partial: path, target: path };
  const target = facts ? await realpath(path) : path;
  await access(dirname(target), constants.W_OK);
  return { partial: join(dirname(target), `.${basename(target)}.${process.pid}.part`), target };
}

/**
 * A file for the rows of `source` that are rejected; nothing is written before the first of them. Throws an AppError when it can't be written there, or
 * is `source` itself, by whatever name.
 */
export async function openRejectsFile(path: string, source: string): Promise<RejectsFile> {
  const refuse = (error: NodeJS.ErrnoException) => {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid", `${path}: the rejected rows can't be written there (${error.code}).`, {
      field: "--rejects",
      cause: error,
    });
  };
  const { partial, target } = await placesOf(path, source).catch(refuse);
  let file: FileHandle | undefined;
  const write = async (text: string) => {
    file ??= await open(partial, "w");
    await file.appendFile(text);
  };
  return {
    append: (text) => write(text).catch(refuse),
    async keep() {
      await file?.close();
      if (file && partial !== target) await rename(partial, target).catch(refuse);
    },
    async discard() {
      await file?.close();
      if (file && partial !== target) await rm(partial, { force: true });
    },
  };
}
