import { readFileSync, writeFileSync } from "node:fs";

const PATH = "docs/durability.md";
const BEGIN = "<!-- figures: written by npm run test:chaos -->";
const END = "<!-- end of figures -->";

/** Puts the table of a long run into the docs, where the last one stood. */
export function keepTable(table: string): void {
  const text = readFileSync(PATH, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${PATH} has lost the marks around its figures.`);
  writeFileSync(PATH, `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`);
}
