import { hash } from "node:crypto";

/** A UUID (version 8) that begins with a time, as version 7 does, and goes on with 74 bits of a SHA-256: same content, same id. */
export function contentId(ms: number, sha256Hex: string): string {
  const time = Math.max(0, ms).toString(16).padStart(12, "0");
  const variant = (8 + (Number.parseInt(sha256Hex.charAt(3), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-8${sha256Hex.slice(0, 3)}-${variant}${sha256Hex.slice(4, 7)}-${sha256Hex.slice(7, 19)}`;
}

/**
 * Gives a row of a file its event's id, from the site and the row's content, with the time as it is `shown` there: the same file read again gives the
 * same ids, in whatever time zone it is read. Equal rows of a file have equal ids; the store, which can count them however large the file is, gives each an id of its own.
 */
export function rowId(site: string, format: string, shown: number, fields: readonly string[]): string {
  return contentId(shown, hash("sha256", `${site}\n${format}\n${fields.join("\u001f")}`, "hex"));
}
