/** Remembers the answers of a pure function for its latest `limit` questions. */
export function cacheLatest<Value>(limit: number, compute: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) {
      known.delete(key); // a Map keeps insertion order: this moves the key to the young end
      known.set(key, found);
      return found;
    }
    const value = compute(key);
    known.set(key, value);
    const oldest = known.keys().next();
    if (known.size > limit && !oldest.done) known.delete(oldest.value);
    return value;
  };
}
