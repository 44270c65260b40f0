/** Requests by bucket. Bucket b holds what took more than 1.04^(b-1) and at most 1.04^b milliseconds: whatever is told of it is true to within 2 %. */
export type Histogram = Map<number, number>;

/** How much longer a bucket's longest request takes than its shortest. SQL sums into the same buckets. */
export const BUCKET_GROWTH = 1.04;

/** Adds requests to a bucket. */
export function addToBucket(histogram: Histogram, bucket: number, requests: number): void {
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + requests);
}

/** How many requests there are in all. */
export const sizeOf = (histogram: Histogram): number => [...histogram.values()].reduce((sum, requests) => sum + requests, 0);

/** The time in milliseconds that a fraction of the requests does not exceed, to within 2 %; null of no request. */
export function quantileOf(histogram: Histogram, fraction: number): number | null {
  const rank = Math.max(1, Math.ceil(fraction * sizeOf(histogram)));
  let passed = 0;
  for (const [bucket, requests] of [...histogram].sort(([a], [b]) => a - b)) {
    passed += requests;
    // As far from the one end of the bucket as from the other, in proportion.
    if (passed >= rank) return (2 * BUCKET_GROWTH ** bucket) / (BUCKET_GROWTH + 1);
  }
  return null;
}
