import { readFileSync, writeFileSync } from "node:fs";

const PATH = "docs/durability.md";

/** Puts the figures of a long run into the docs, between the marks of that name, where the last ones stood. */
export function keepTable(name: string, table: string): void {
  const text = readFileSync(PATH, "utf8");
  const mark = `<!-- ${name}: written by npm run test:chaos -->`;
  const begin = text.indexOf(mark);
  const end = text.indexOf(`<!-- end of ${name} -->`, begin);
  if (begin < 0 || end < begin) throw new Error(`${PATH} has lost the marks around its ${name}.`);
  writeFileSync(PATH, `${text.slice(0, begin + mark.length)}\n\n${table}\n\n${text.slice(end)}`);
}
