import { count } from "./counters";

export const OTHER = "(other)";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Lets the first `limit` distinct values of a day through and folds the rest into "(other)", counted under `name`. */
export function boundValues(name: string, limit: number): (value: string, now: Date) => string {
  let seen = new Set<string>();
  let day = 0;
  return (value, now) => {
    const today = Math.floor(now.getTime() / DAY_MS);
    if (today !== day) {
      seen = new Set();
      day = today;
    }
    if (seen.has(value)) return value;
    if (seen.size < limit) {
      seen.add(value);
      return value;
    }
    count(`folded:${name}`);
    return OTHER;
  };
}
