/** The entries of a text with one a line, or parted by commas; empty ones are left out. */
export const splitLines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);
