import { AppError } from "../../app-error";
import { activityLog } from "./activity-log";
import type { LogFormat } from "./log-format";
import { pageAccessFile } from "./page-access-file";

const FORMATS: readonly LogFormat[] = [activityLog, pageAccessFile];

/** A file's format, and where in its rows each of the format's columns stands. */
export interface Recognised {
  format: LogFormat;
  positions: number[];
}

function matchHeader(format: LogFormat, header: readonly string[]): Recognised | undefined {
  if (header.length !== format.columns.length) return undefined;
  const positions = format.columns.map((spellings) => header.findIndex((name) => spellings.includes(name)));
  return positions.includes(-1) ? undefined : { format, positions };
}

/** Tells a file's format from its header, in any order and case of the columns. Throws an AppError that says what headers are known. */
export function recogniseFile(header: readonly string[]): Recognised {
  const names = header.map((name) => name.trim().toLowerCase());
  for (const format of FORMATS) {
    const match = matchHeader(format, names);
    if (match) return match;
  }
  const known = FORMATS.map((format) => `${format.name} has ${format.columns.map(([name]) => name).join(",")}`).join("; ");
  throw new AppError("invalid", `The header "${header.join(",").slice(0, 200)}" is of no log known here: ${known}.`, { field: "FILE" });
}
