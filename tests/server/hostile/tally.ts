import type { Group } from "./requests";
import type { Answer } from "./send";

type Row = { inputs: number; classes: number[]; slowestMs: number };

/** Counts answers by group of requests and class of status. */
export class Tally {
  private readonly rows = new Map<Group, Row>();

  add(group: Group, { status, ms }: Answer): void {
    const row = this.rows.get(group) ?? { inputs: 0, classes: [0, 0, 0, 0, 0, 0], slowestMs: 0 };
    this.rows.set(group, row);
    row.inputs += 1;
    row.classes[Math.floor(status / 100)] = (row.classes[Math.floor(status / 100)] ?? 0) + 1;
    row.slowestMs = Math.max(row.slowestMs, ms);
  }

  /** A table in Markdown with a line of sums. */
  print(): string {
    const cells = (name: string, { inputs, classes, slowestMs }: Row) =>
      `| ${[name, inputs, classes[2], classes[3], classes[4], classes[5], Math.round(slowestMs)].join(" | ")} |`;
    const sum: Row = { inputs: 0, classes: [0, 0, 0, 0, 0, 0], slowestMs: 0 };
    for (const { inputs, classes, slowestMs } of this.rows.values()) {
      sum.inputs += inputs;
      sum.classes = sum.classes.map((amount, index) => amount + (classes[index] ?? 0));
      sum.slowestMs = Math.max(sum.slowestMs, slowestMs);
    }
    const lines = [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, row]) => cells(name, row));
    const head = ["| requests | inputs | 2xx | 3xx | 4xx | 5xx | slowest, ms |", "| --- | --: | --: | --: | --: | --: | --: |"];
    return [...head, ...lines, cells("all", sum)].join("\n");
  }
}
