import { crc32 } from "node:zlib";
import { NewEvent } from "./event";

export type Spooled = { site: string; event: NewEvent };

/** One event on one line: the checksum in eight hexadecimal digits, a space, the event as JSON. */
function writeSpoolLine({ site, event }: Spooled): string {
  const json = JSON.stringify({ site, event });
  return `${checksum(json)} ${json}\n`;
}

/** Lines of the first of the events, as many as fit into so many bytes. */
export function writeSpoolLines(items: readonly Spooled[], room: number): { data: Buffer; lines: number } {
  const lines: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const line = writeSpoolLine(item);
    bytes += Buffer.byteLength(line);
    if (bytes > room) break;
    lines.push(line);
  }
  return { data: Buffer.from(lines.join("")), lines: lines.length };
}

/** Reads lines back. Damaged ones (cut short, changed, of an older shape) are left out and counted. */
export function readSpoolLines(data: Buffer): { items: Spooled[]; corrupt: number } {
  const items: Spooled[] = [];
  let corrupt = 0;
  for (const line of data.toString("utf8").split("\n")) {
    if (line === "") continue;
    const item = readLine(line);
    if (item) items.push(item);
    else corrupt += 1;
  }
  return { items, corrupt };
}

function readLine(line: string): Spooled | null {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== checksum(json)) return null;
  try {
    const { site, event } = JSON.parse(json) as { site: string; event: { at: string } };
    const parsed = NewEvent.safeParse({ ...event, at: new Date(event.at) });
    return typeof site === "string" && parsed.success ? { site, event: parsed.data } : null;
  } catch {
    return null;
  }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, "0");
