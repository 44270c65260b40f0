import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError } from "../../../lib/app-error";
import type { Machine } from "./machine";
import { formatBudget, formatMark, formatNumber, formatSpread, type Result } from "./print-table";

const PAGE = "docs/performance.md";
const START = "<!-- results: npm run bench -- --write -->";
const END = "<!-- end of results -->";

/**
 * Puts results into the table of docs/performance.md. A row that this run did not measure keeps what an earlier one said, with that one's date.
 */
export async function writeResults(results: readonly Result[], machine: Machine): Promise<void> {
  const page = await readFile(resolve(PAGE), "utf8");
  const [head, rest] = page.split(START);
  const [table, tail] = rest?.split(END) ?? [];
  if (head === undefined || table === undefined || tail === undefined)
    throw new AppError("invalid", `${PAGE} has lost its marks ${START} and ${END}.`);
  const rows = new Map(
    table.split("\n").flatMap((line) => [...line.matchAll(/^\| `(\w+)`/g)].map(([, key]) => [key ?? "", line] as const)),
  );
  for (const result of results) rows.set(result.figure.key, toRow(result, machine));
  const header = "| figure | what | value | budget | | spread | measured |\n| --- | --- | --- | --- | --- | --- | --- |";
  const { processor, cores, memoryGb, system, node, postgres } = machine;
  const where = `${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}${postgres ? `, Postgres ${postgres}` : ""}`;
  await writeFile(
    resolve(PAGE),
    `${head}${START}\n\nLatest run: ${where}.\n\n${header}\n${[...rows.values()].join("\n")}\n\n${END}${tail}`,
  );
}

function toRow(result: Result, { date, commit, load }: Machine): string {
  const { figure, reading, error } = result;
  const note = error ? ` (${error.replace(/[|\n]/g, " ").slice(0, 160)})` : reading?.note ? ` (${reading.note})` : "";
  const value = reading ? `${formatNumber(reading.value)} ${figure.unit}`.trim() : "not measured";
  const cells = [
    `\`${figure.key}\``,
    `${figure.title}${note}`,
    value,
    formatBudget(figure),
    formatMark(result),
    reading ? formatSpread(reading) : "",
    reading || error ? `${date}, ${commit}, load ${load}` : "",
  ];
  return `| ${cells.join(" | ")} |`;
}
