/** A line of a text file. `problem` says why it can't be read; its text is then empty. */
export interface Line {
  /** Counted from 1, as editors do. */
  number: number;
  text: string;
  problem?: string;
}

/** No row of a log is longer; a file without line ends must not fill the memory. */
export const MAX_LINE_CHARS = 65_536;

/** No UTF-16 unit takes more bytes in UTF-8, so a line of more than that is too long whatever it holds. */
const MAX_LINE_BYTES = MAX_LINE_CHARS * 3;
const LF = 0x0a;
const BYTE_ORDER_MARK = "\uFEFF";

// It would leave out a mark at the beginning of any piece, and not only of the file.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of these bytes, or undefined when they are not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function toLine(number: number, decoded: string | undefined): Line {
  const refuse = (problem: string): Line => ({ number, text: "", problem });
  if (decoded === undefined) return refuse("is not UTF-8 text: save the file as UTF-8");
  const raw = number === 1 && decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded;
  const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
  if (text.length > MAX_LINE_CHARS) return refuse(`is longer than ${MAX_LINE_CHARS} characters`);
  return text.includes("\0") ? refuse("holds a zero byte") : { number, text };
}

/** One line by itself, without its line end. Where it is too long it may have been cut off anywhere, also in a character. */
const readLine = (number: number, bytes: Uint8Array): Line =>
  toLine(number, bytes.length > MAX_LINE_BYTES ? "x".repeat(MAX_LINE_CHARS + 1) : decode(bytes));

/** Whole lines, each with its line end; `first` is the number of the first. */
function cutLines(bytes: Uint8Array, first: number): Line[] {
  const text = decode(bytes);
  if (text !== undefined) {
    const lines = text.split("\n");
    lines.pop();
    return lines.map((line, index) => toLine(first + index, line));
  }
  // Some line is no text: only that one is to be refused.
  const lines: Line[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(LF, from);
    lines.push(readLine(first + lines.length, bytes.subarray(from, end)));
    from = end + 1;
  }
  return lines;
}

/**
 * Cuts a file's bytes into its lines (LF or CRLF), a batch for each chunk read. A byte order mark is skipped. The memory it takes is
 * bounded by a chunk and the longest line allowed, whatever the file holds.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  let number = 1;
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  const keep = (bytes: Uint8Array) => {
    // A little more than allowed is enough to tell that a line is too long.
    if (bytes.length === 0 || restBytes > MAX_LINE_BYTES) return;
    rest.push(bytes);
    restBytes += bytes.length;
  };
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1;
    const whole = chunk.subarray(0, end);
    const lines = end === 0 ? [] : cutLines(rest.length === 0 ? whole : Buffer.concat([...rest, whole]), number);
    if (end > 0) [rest, restBytes] = [[], 0];
    keep(chunk.subarray(end));
    number += lines.length;
    yield lines;
  }
  yield restBytes === 0 ? [] : [readLine(number, Buffer.concat(rest))];
}
