import { access } from "node:fs/promises";

/** Whether all of these files are on this machine: a run can go on in another process, where an earlier step's files are not. */
export async function haveFiles(files: string[]): Promise<boolean> {
  const found = await Promise.allSettled(files.map((file) => access(file)));
  return found.every(({ status }) => status === "fulfilled");
}
