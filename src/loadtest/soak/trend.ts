/** Trends in a few noisy figures, found without assumptions about the noise. */

interface Trend {
  /** How much the figures rise from the first to the last one, by the median of the slopes between any two of them (Theil–Sen). */
  growth: number;
  /** From -1 to 1: how many more pairs rise than fall, of all pairs (Kendall). 1 if each figure is above all those before it. */
  steadiness: number;
}

/** @param figures taken at even distances; at least two */
export function trendOf(figures: readonly number[]): Trend {
  const slopes = figures.flatMap((later, index) => figures.slice(0, index).map((earlier, other) => (later - earlier) / (index - other)));
  const rising = slopes.filter((slope) => slope > 0).length;
  const falling = slopes.filter((slope) => slope < 0).length;
  return { growth: medianOf(slopes) * (figures.length - 1), steadiness: (rising - falling) / slopes.length };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
