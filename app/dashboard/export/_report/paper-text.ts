/** Halves of a pair alone are no character, and have no encoding. */
const encode = (character: string): string => encodeURIComponent(character.isWellFormed() ? character : "\ufffd");

/**
 * Makes what writes text on paper. A character without a drawing is written as its address would be (`%E4%B8%AD`): ugly, but two names stay two.
 */
export const paperWriter =
  (hasDrawing: (character: string) => boolean) =>
  (text: string): string =>
    [...text].map((character) => (character >= " " && hasDrawing(character) ? character : encode(character))).join("");
