import { z } from "zod";
import { COUNTS, FEATURES } from "./questions";

const count = ({ label, min, max }: { label: string; min: number; max: number }) => {
  const problem = `${label}: a whole number from ${min} to ${max}.`;
  return z
    .string({ error: problem })
    .trim()
    .regex(/^\d{1,6}$/, problem)
    .transform(Number)
    .refine((value) => value >= min && value <= max, problem);
};

// A box that is not ticked is not sent.
const amenity = z.enum(["yes", "no"], { error: "Answer with yes or no." }).default("no");

/** A house as the form describes it, all text: parsed to numbers and yes or no. */
export const House = z.object({
  bedrooms: count(COUNTS.bedrooms),
  bathrooms: count(COUNTS.bathrooms),
  stories: count(COUNTS.stories),
  garage: count(COUNTS.garage),
  driveway: amenity,
  recreation: amenity,
  fullbase: amenity,
  gasheat: amenity,
  aircon: amenity,
  prefer: amenity,
});
export type House = z.infer<typeof House>;

/** A house as one row of the model: the constant, then each feature as a number. */
export const toRow = (house: House): number[] => [
  1,
  ...FEATURES.map((feature) => (house[feature] === "yes" ? 1 : house[feature] === "no" ? 0 : house[feature])),
];
