const REPLACED: Record<string, string> = { "\u2212": "-", "\u00a0": " ", "\u202f": " " };

/** Text in the characters that the built-in fonts of a PDF can draw; anything else is a question mark, never a wrong letter. */
export const paperText = (text: string): string =>
  text.replaceAll(/[\u2212\u00a0\u202f]/g, (sign) => REPLACED[sign] ?? " ").replaceAll(/[^\x20-\x7e\u00a1-\u00ff–—‘’“”•…×]/gu, "?");
