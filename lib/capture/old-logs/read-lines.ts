/** A line of a text file. `problem` says why it can't be read; its text is then empty. */
export interface Line {
  /** Counted from 1, as editors do. */
  number: number;
  text: string;
  problem?: string;
}

/** No row of a log is longer; a file without line ends must not fill the memory. */
export const MAX_LINE_CHARS = 65_536;

const REPLACEMENT = "\uFFFD";

/** Why a line is no text, or undefined. What was not UTF-8 has become U+FFFD by then. */
function problemOf(text: string): string | undefined {
  if (text.length > MAX_LINE_CHARS) return `is longer than ${MAX_LINE_CHARS} characters`;
  if (text.includes(REPLACEMENT)) return "is not UTF-8 text: save the file as UTF-8";
  if (text.includes("\0")) return "holds a zero byte";
  return undefined;
}

function toLine(number: number, raw: string): Line {
  const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
  const problem = problemOf(text);
  return problem ? { number, text: "", problem } : { number, text };
}

/**
 * Cuts a file's bytes into its lines (LF or CRLF), a batch for each chunk read. A byte order mark is skipped. The memory it takes is
 * bounded by a chunk and the longest line allowed, whatever the file holds.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder("utf-8");
  let number = 1;
  let rest = "";
  const cut = (text: string): Line[] => {
    const pieces = (rest + text).split("\n");
    rest = pieces.pop() ?? "";
    // One character more than allowed is enough to tell that a line is too long.
    if (rest.length > MAX_LINE_CHARS) rest = rest.slice(0, MAX_LINE_CHARS + 1);
    return pieces.map((piece) => toLine(number++, piece));
  };
  for await (const chunk of chunks) yield cut(decoder.decode(chunk, { stream: true }));
  const last = cut(decoder.decode());
  if (rest !== "") last.push(toLine(number, rest));
  yield last;
}
