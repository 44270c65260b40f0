import { join } from "node:path";
import { Font } from "@react-pdf/renderer";

/** The font of a report: Noto Sans, which has the Latin, Greek, Cyrillic and Devanagari letters, under the SIL Open Font License in fonts/OFL.txt. */
export const PAPER_FONT = "Noto Sans";

const FILES = [
  ["noto-sans-regular.ttf", 400],
  ["noto-sans-bold.ttf", 700],
] as const;

Font.register({
  family: PAPER_FONT,
  fonts: FILES.map(([file, fontWeight]) => ({ src: join(process.cwd(), "app/dashboard/export/_report/fonts", file), fontWeight })),
});

/** Reads the font, and tells of which characters it has a drawing. Rejects where a file is missing. */
export async function loadPaperFont(): Promise<(character: string) => boolean> {
  const weights = FILES.map(([, fontWeight]) => ({ fontFamily: PAPER_FONT, fontWeight }));
  await Promise.all(weights.map((weight) => Font.load(weight)));
  const fonts = weights.map((weight) => Font.getFont(weight)?.data);
  return (character) => fonts.every((font) => font?.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
}
