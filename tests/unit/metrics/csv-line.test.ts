import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "@/lib/metrics/csv-line";

describe("a line of CSV", () => {
  it.each([
    [["a", 1, null, true], "a,1,,true"],
    [[-1.5, "x"], "-1.5,x"],
    [['say "hi"', "a,b"], '"say ""hi""","a,b"'],
    [["two\nlines"], '"two\nlines"'],
    [["=1+1"], '"\'=1+1"'],
    [["+49 30"], '"\'+49 30"'],
    [["-2+3"], '"\'-2+3"'],
    [["@SUM(A1)"], '"\'@SUM(A1)"'],
    [["  =cmd|' /C calc'!A0"], "\"'  =cmd|' /C calc'!A0\""],
    [["\t=1"], '"\'\t=1"'],
    [["\uff1d1+1"], '"\'\uff1d1+1"'],
    [["/blog/=1"], "/blog/=1"],
  ])("%j is %s", (cells, line) => {
    expect(csvLine(cells)).toBe(`${line}\r\n`);
  });

  it("never lets a text begin like a formula, and reads back as what it was", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1, maxLength: 5 }), (cells) => {
        const [row] = parse(csvLine(cells), { relax_column_count: true, record_delimiter: "\r\n" }) as string[][];
        for (const [index, cell] of cells.entries()) {
          const read = row?.[index] ?? "";
          expect(read === cell || read === `'${cell}`).toBe(true);
          expect(/^\s*[=+\-@]/.test(read)).toBe(false);
        }
      }),
    );
  });
});
