import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { House } from "./house";

const Sale = House.extend({ price: z.coerce.number().positive() });
export type Sale = z.infer<typeof Sale>;

const FILE = join(process.cwd(), "lib/demo/house-price/house-prices.csv");

/** The 546 sales. The README beside this file says where they come from. */
export function readSales(): Sale[] {
  return z.array(Sale).parse(parse(readFileSync(FILE), { columns: true }));
}
