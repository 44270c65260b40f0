/** Of a full map this share goes at once: looking for the oldest entry walks past all that were moved, so it must be rare. */
const SLACK = 0.1;

/** Sets a value at the young end of a map that holds about `most`; past a tenth more, the oldest go. */
export function keepLatest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key); // a Map keeps insertion order: this moves the key to the young end
  map.set(key, value);
  if (map.size <= most * (1 + SLACK)) return;
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
