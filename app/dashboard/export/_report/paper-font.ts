import { join } from "node:path";
import { Font } from "@react-pdf/renderer";

/** The font of a report: Noto Sans, which has the Latin, Greek, Cyrillic and Devanagari letters, under the SIL Open Font License. */
export const PAPER_FONT = "Noto Sans";

const FILES = [
  ["400Regular/NotoSans_400Regular.ttf", 400],
  ["700Bold/NotoSans_700Bold.ttf", 700],
] as const;

Font.register({
  family: PAPER_FONT,
  fonts: FILES.map(([file, fontWeight]) => ({ src: join(process.cwd(), "node_modules/@expo-google-fonts/noto-sans", file), fontWeight })),
});

/** Reads the font, and tells of which characters it has a drawing. Rejects where a file is missing. */
export async function loadPaperFont(): Promise<(character: string) => boolean> {
  const weights = FILES.map(([, fontWeight]) => ({ fontFamily: PAPER_FONT, fontWeight }));
  await Promise.all(weights.map((weight) => Font.load(weight)));
  const fonts = weights.map((weight) => Font.getFont(weight)?.data);
  return (character) => fonts.every((font) => font?.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
}
