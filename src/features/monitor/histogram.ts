/** Quantiles of requests counted in buckets. Buckets of several servers and minutes are added up first: quantiles cannot be averaged. */

/** Adds `more` to `sum`, bucket by bucket; trailing zeros may be left out. */
export function addBuckets(sum: number[], more: readonly number[]): void {
  for (let i = sum.length; i < more.length; i++) sum.push(0);
  for (const [i, count] of more.entries()) sum[i] = (sum[i] ?? 0) + count;
}

export const total = (buckets: readonly number[]): number => buckets.reduce((sum, count) => sum + count, 0);

/**
 * Interpolates within the bucket, as Prometheus' histogram_quantile does.
 * @param bounds upper bounds of the buckets; beyond the last, the last is returned
 * @returns in the unit of `bounds`; null if nothing was counted
 */
export function quantile(q: number, buckets: readonly number[], bounds: readonly number[]): number | null {
  const rank = q * total(buckets);
  if (rank === 0) return null;
  let below = 0;
  for (const [i, count] of buckets.entries()) {
    const upper = bounds[i];
    if (upper === undefined) break;
    if (below + count >= rank && count > 0) {
      const lower = bounds[i - 1] ?? 0;
      return lower + ((upper - lower) * (rank - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
