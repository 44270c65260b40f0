import { parse } from "csv-parse/sync";
import type { Line } from "./read-lines";

/** A row of a file that was not taken. */
export interface Rejection {
  /** The line it begins on, counted from 1. */
  line: number;
  reason: string;
}

/** A row's fields, each trimmed. */
export interface Row {
  line: number;
  fields: string[];
}

export type RowResult = { row: Row } | { rejection: Rejection };

/** How many lines one row may take: a line end inside quotes is allowed, a quote that nobody closed must not swallow the file. */
const MAX_LINES_A_ROW = 10;

/** The fields of a text without quotes, or of one whose quotes are in order; undefined otherwise. */
function splitFields(text: string): string[] | undefined {
  if (!text.includes('"')) return text.split(",").map((field) => field.trim());
  try {
    const records: string[][] = parse(text, { relax_column_count: true, trim: true });
    return records.length === 1 ? records[0]?.map((field) => field.trim()) : undefined;
  } catch {
    return undefined;
  }
}

/** A line that is a row by itself: nothing is wrong with it and nothing in it is quoted. */
const isPlain = ({ text, problem }: Line): boolean => problem === undefined && !text.includes('"');

const hasOpenQuote = (text: string): boolean => (text.split('"').length - 1) % 2 === 1;

const reject = (line: number, reason: string): RowResult => ({ rejection: { line, reason } });

function toRow(line: number, text: string, width: number | undefined): RowResult {
  const fields = splitFields(text);
  if (!fields) return reject(line, "has a quote in the wrong place: quote the whole field, and double the quotes inside it");
  if (width !== undefined && fields.length !== width) return reject(line, `has ${fields.length} fields where the header has ${width}`);
  return { row: { line, fields } };
}

/** The row that begins at `lines[start]` and how many lines it takes, or why it is none. */
function rowAt(lines: readonly Line[], start: number, width: number | undefined): { result: RowResult; taken: number } {
  const first = lines[start] as Line;
  if (isPlain(first)) return { result: toRow(first.number, first.text, width), taken: 1 };
  if (first.problem) return { result: reject(first.number, first.problem), taken: 1 };
  let text = first.text;
  let taken = 1;
  while (hasOpenQuote(text)) {
    const next = lines[start + taken];
    if (!next || next.problem || taken === MAX_LINES_A_ROW)
      return { result: reject(first.number, "has a quoted field that is never closed"), taken: 1 };
    text += `\n${next.text}`;
    taken += 1;
  }
  const result = toRow(first.number, text, width);
  return { result, taken: "row" in result ? taken : 1 };
}

/**
 * Reads comma-separated rows (RFC 4180). The first row sets how many fields each must have; blank lines are passed over. A row that
 * can't be read is rejected by itself: what follows it is read as if it were not there.
 */
export async function* readRows(batches: AsyncIterable<Line[]>): AsyncGenerator<RowResult[]> {
  let width: number | undefined;
  let waiting: Line[] = [];
  const read = (keep: number): RowResult[] => {
    const results: RowResult[] = [];
    let position = 0;
    while (position < waiting.length - keep) {
      const line = waiting[position] as Line;
      if (!line.problem && line.text.trim() === "") {
        position += 1;
        continue;
      }
      const { result, taken } = rowAt(waiting, position, width);
      if (width === undefined && "row" in result) width = result.row.fields.length;
      results.push(result);
      position += taken;
    }
    waiting = waiting.slice(position);
    return results;
  };
  for await (const lines of batches) {
    waiting = waiting.length === 0 ? lines : waiting.concat(lines);
    // The last lines wait for what follows: a row that begins there may go on.
    yield read(MAX_LINES_A_ROW);
  }
  yield read(0);
}
