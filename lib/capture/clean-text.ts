// Control characters break tables and terminals, and Postgres refuses NUL.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it takes away
const CONTROL = /[\u0000-\u001f\u007f]+/g;
const HALF_PAIR = /\p{Cs}/gu;

/** What a client sent, made fit to store and show: no control characters, no halves of surrogate pairs, at most `max` code units. Null when nothing is left. */
export function cleanText(value: string | null | undefined, max: number): string | null {
  if (!value) return null;
  const text = value.slice(0, max).replace(CONTROL, " ").replace(HALF_PAIR, "\ufffd").trim();
  return text === "" ? null : text;
}
