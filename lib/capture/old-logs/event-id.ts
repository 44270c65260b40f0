import { hash } from "node:crypto";
import { createRepeatCounter } from "./repeat-counter";

/** A UUID (version 8) that begins with the instant, as version 7 does, and goes on with 74 bits of a SHA-256: same content, same id. */
export function contentId(atMs: number, sha256Hex: string): string {
  const time = Math.max(0, atMs).toString(16).padStart(12, "0");
  const variant = (8 + (Number.parseInt(sha256Hex.charAt(3), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-8${sha256Hex.slice(0, 3)}-${variant}${sha256Hex.slice(4, 7)}-${sha256Hex.slice(7, 19)}`;
}

/**
 * Gives the rows of one file their event ids, from the site, the row's content and how many equal rows came before it in the file. So
 * the same file read again gives the same ids, and two equal rows of a file are two events.
 */
export function createRowIds(site: string): (atMs: number, format: string, fields: readonly string[]) => string {
  const countRepeats = createRepeatCounter();
  return (atMs, format, fields) => {
    const text = `${site}\n${format}\n${fields.join("\u001f")}`;
    const digest = hash("sha256", text, "hex");
    const repeats = countRepeats(digest);
    return contentId(atMs, repeats === 0 ? digest : hash("sha256", `${text}\n${repeats}`, "hex"));
  };
}
