import type { Random } from "../history/random";
import { AMENITIES, COUNTS } from "../house-price/questions";

/** What somebody types into the house-price form: mostly a house, sometimes something that has to be refused. */
export function fillHousePrice(random: Random): { fields: Record<string, string | null>; valid: boolean } {
  const valid = !random.chance(0.15);
  const fields: Record<string, string | null> = {};
  for (const [name, { min, max }] of Object.entries(COUNTS)) fields[name] = String(min + random.integer(max - min + 1));
  for (const name of Object.keys(AMENITIES)) fields[name] = random.chance(0.4) ? "yes" : null;
  if (!valid) fields[random.pick(Object.keys(COUNTS))] = random.pick(["", "-1", "many", "999"]);
  return { fields, valid };
}
