import { AppError } from "../../app-error";
import type { NewEvent } from "../event";
import { type Bounds, boundClock } from "./bound-clock";
import { rowId } from "./event-id";
import { createLocalClock, type LocalClock } from "./local-clock";
import type { LogFormat } from "./log-format";
import { readLines } from "./read-lines";
import { type Rejection, type Row, type RowResult, readRows } from "./read-rows";
import { type Recognised, recogniseFile } from "./recognise-file";

export type LogResult = { event: NewEvent } | { rejection: Rejection };

export interface LogSource {
  /** The site's slug: part of every event's id. */
  site: string;
  /** IANA zone of the file's dates and times. */
  timezone: string;
  /** Rows out of them are rejected; without them a row may be of any date from 1970 on. */
  bounds?: Bounds;
}

/** One batch of what a file holds, in line order. */
export interface LogBatch {
  format: LogFormat["id"];
  results: LogResult[];
}

function readHeader(result: RowResult): Recognised {
  if ("row" in result) return recogniseFile(result.row.fields);
  throw new AppError("invalid", `The header (line ${result.rejection.line}) ${result.rejection.reason}.`, { field: "FILE" });
}

function readRow({ format, positions }: Recognised, clock: LocalClock, site: string, row: Row): LogResult {
  const fields = positions.map((position) => row.fields[position] ?? "");
  const parsed = format.parse(fields, { clock, identify: (shown) => rowId(site, format.id, shown, fields) });
  return "event" in parsed ? parsed : { rejection: { line: row.line, reason: parsed.reason } };
}

/**
 * Reads an old log as events, as docs/metrics.md says under "Importing old logs": streaming, in line order, each row an event or a
 * rejection with its line and reason. Throws an AppError when the file as a whole can't be one: it is empty, or its header is unknown.
 */
export async function* readOldLog(chunks: AsyncIterable<Uint8Array>, source: LogSource): AsyncGenerator<LogBatch> {
  const anyClock = createLocalClock(source.timezone);
  const clock = source.bounds ? boundClock(anyClock, source.bounds) : anyClock;
  let recognised: Recognised | undefined;

  for await (const batch of readRows(readLines(chunks))) {
    const rows = batch.values();
    if (!recognised) {
      const first = rows.next();
      if (first.done) continue;
      recognised = readHeader(first.value);
    }
    const results: LogResult[] = [];
    for (const result of rows) results.push("row" in result ? readRow(recognised, clock, source.site, result.row) : result);
    yield { format: recognised.format.id, results };
  }
  if (!recognised) throw new AppError("invalid", "The file is empty: there is not even a header.", { field: "FILE" });
}
