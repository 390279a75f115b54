/** Latency histograms: microseconds with three significant digits inside, milliseconds outside; merging and sending them is exact. */
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Milliseconds. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** A serialized histogram: the buckets as text, and the maximum, which the buckets have to three digits only. */
export interface PackedLatency {
  buckets: string;
  /** Microseconds. */
  greatest: number;
}

interface Recorded {
  histogram: Histogram;
  /** Microseconds. */
  greatest(): number;
}

/** Ten minutes; longer values are capped at that. */
const MAX_US = 600_000_000;

export function createLatency() {
  const histogram: Histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: MAX_US, numberOfSignificantValueDigits: 3 });
  let greatest = 0;
  // HDR histograms return the upper bound of a bucket, which may be above the maximum recorded value.
  const at = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), greatest) / 1000;
  return {
    histogram,
    greatest: (): number => greatest,
    count: (): number => histogram.totalCount,
    record(milliseconds: number): void {
      const value = Math.min(MAX_US, Math.max(0, Math.round(milliseconds * 1000)));
      greatest = Math.max(greatest, value);
      histogram.recordValue(value);
    },
    add(other: Recorded | undefined): void {
      if (!other) return;
      histogram.add(other.histogram);
      greatest = Math.max(greatest, other.greatest());
    },
    figures: (): Latency => ({ p50: at(50), p95: at(95), p99: at(99), max: greatest / 1000 }),
    /** The recorded values; undefined if there are none. */
    pack: (): PackedLatency | undefined =>
      histogram.totalCount === 0 ? undefined : { buckets: encodeIntoCompressedBase64(histogram), greatest },
    reset(): void {
      histogram.reset();
      greatest = 0;
    },
  };
}

export function unpackLatency(packed: PackedLatency | undefined): Recorded | undefined {
  return packed && { histogram: decodeFromCompressedBase64(packed.buckets), greatest: () => packed.greatest };
}
