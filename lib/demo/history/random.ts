/** Chance that repeats itself: the same seed gives the same run of numbers. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** 32 random bits. */
  bits(): number;
  chance(probability: number): boolean;
  /** A whole number from 0 to `below` − 1. */
  integer(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Log-normal: half of the values are below `median`, a few are far above it. */
  spread(median: number, sigma: number): number;
}

/** A generator of the "small fast counter" family (sfc32), as PractRand defines it: good enough for people who don't exist. */
export function createRandom(seed: number): Random {
  let [a, b, c, d] = [seed | 0, (seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const bits = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) bits();
  const next = () => bits() / 2 ** 32;
  return {
    next,
    bits,
    chance: (probability) => next() < probability,
    integer: (below) => Math.floor(next() * below),
    pick: <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)] as Item,
    spread: (median, sigma) => median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}

/** Picks by weight: `[["often", 3], ["seldom", 1]]`. */
export function weighted<Item>(choices: readonly (readonly [Item, number])[]): (random: Random) => Item {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  const slots = choices.flatMap(([item, weight]) => Array<Item>(Math.max(1, Math.round((weight / total) * 200))).fill(item));
  return (random) => random.pick(slots);
}
