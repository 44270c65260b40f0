const SHARDS = 256;
const FIRST_SLOTS = 64;
const WORDS = 3;
const FULL = 0.8;

/** Open addressing over flat memory: 64 bits of the digest and a count in each slot; a count of 0 is an empty slot. */
interface Shard {
  slots: number;
  used: number;
  words: Uint32Array;
}

const emptyShard = (slots: number): Shard => ({ slots, used: 0, words: new Uint32Array(slots * WORDS) });

/** Counts one more of that digest and says how many there were before. */
function count(shard: Shard, high: number, low: number, add: number): number {
  const { words, slots } = shard;
  let slot = low % slots;
  for (;;) {
    const at = slot * WORDS;
    const before = words[at + 2] as number;
    if (before === 0) shard.used += 1;
    if (before === 0 || (words[at] === high && words[at + 1] === low)) {
      words[at] = high;
      words[at + 1] = low;
      words[at + 2] = before + add;
      return before;
    }
    slot = slot + 1 === slots ? 0 : slot + 1;
  }
}

function grown(shard: Shard): Shard {
  const larger = emptyShard(shard.slots * 2);
  for (let at = 0; at < shard.words.length; at += WORDS) {
    const [high, low, times] = shard.words.subarray(at, at + WORDS) as unknown as [number, number, number];
    if (times > 0) count(larger, high, low, times);
  }
  return larger;
}

/**
 * Counts how often each digest was seen before. Some 20 bytes a digest and outside of the JavaScript heap, so that a file of ten
 * million rows costs 200 MB and not a gigabyte; two different rows share their 64 bits in one file of a hundred thousand such.
 */
export function createRepeatCounter(): (digestHex: string) => number {
  const shards = Array.from({ length: SHARDS }, () => emptyShard(FIRST_SLOTS));
  return (digestHex) => {
    const index = Number.parseInt(digestHex.slice(-18, -16), 16);
    let shard = shards[index] as Shard;
    if (shard.used >= shard.slots * FULL) {
      shard = grown(shard);
      shards[index] = shard;
    }
    return count(shard, Number.parseInt(digestHex.slice(-16, -8), 16), Number.parseInt(digestHex.slice(-8), 16), 1);
  };
}
