import { inflateSync } from "node:zlib";

/** A page of a PDF: its text, piece by piece as it is drawn, and how many shapes are filled in each colour (`r g b`, 0–255). */
export interface PdfPage {
  texts: string[];
  fills: Map<string, number>;
}

/** Reads a PDF as the report's renderer writes it: compressed streams, embedded fonts with a map to Unicode. No reader for any other PDF. */
export function readPdf(file: Buffer): PdfPage[] {
  const objects = new Map<number, string>();
  const source = file.toString("latin1");
  for (const [, id, body] of source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects.set(Number(id), body ?? "");
  const body = (id: string | undefined) => objects.get(Number(id)) ?? "";
  const stream = (id: string | undefined) => {
    const [, data] = /stream\n([\s\S]*?)\nendstream/.exec(body(id)) ?? [];
    return data === undefined ? "" : inflateSync(Buffer.from(data, "latin1")).toString("latin1");
  };
  return [...objects.values()]
    .filter((object) => /\/Type \/Page\n/.test(object))
    .map((page) => {
      const resources = body(/\/Resources (\d+) 0 R/.exec(page)?.[1]);
      const fonts = new Map<string, string[]>();
      for (const [, name, id] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g))
        fonts.set(name ?? "", readMap(stream(/\/ToUnicode (\d+) 0 R/.exec(body(id))?.[1])));
      return readContent(stream(/\/Contents (\d+) 0 R/.exec(page)?.[1]), fonts);
    });
}

/** The characters of a font by the number of their drawing. */
function readMap(map: string): string[] {
  const [, ranges = ""] = /beginbfrange([\s\S]*)endbfrange/.exec(map) ?? [];
  return [...ranges.matchAll(/\[([^\]]*)\]/g)]
    .flatMap(([, drawings]) => [...(drawings ?? "").matchAll(/<([\da-f ]+)>/gi)])
    .map(([, units]) =>
      Buffer.from((units ?? "").replaceAll(" ", ""), "hex")
        .swap16()
        .toString("utf16le"),
    );
}

function readContent(content: string, fonts: Map<string, string[]>): PdfPage {
  const texts: string[] = [];
  const fills = new Map<string, number>();
  let font: string[] = [];
  let colour = "";
  for (const line of content.split("\n")) {
    const [, name] = /^\/(F\d+) [\d.]+ Tf$/.exec(line) ?? [];
    const [, r, g, b] = /^([\d.]+) ([\d.]+) ([\d.]+) scn$/.exec(line) ?? [];
    if (name) font = fonts.get(name) ?? [];
    if (r) colour = [r, g, b].map((part) => Math.round(Number(part) * 255)).join(" ");
    if (line.endsWith("TJ")) texts.push([...line.matchAll(/<([\da-f]+)>/g)].map(([, hex]) => glyphs(hex ?? "", font)).join(""));
    if (/^f\*?$/.test(line)) fills.set(colour, (fills.get(colour) ?? 0) + 1);
  }
  return { texts, fills };
}

const glyphs = (hex: string, font: string[]) => (hex.match(/.{4}/g) ?? []).map((id) => font[Number.parseInt(id, 16)] ?? "\ufffd").join("");
