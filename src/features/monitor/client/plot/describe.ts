import { texts } from '../texts/plots.ts';

/** Describes the lines of a plot, for people who cannot see it. */

interface Described {
  label: string;
  values: readonly (number | null)[];
}

/** "p95 from 8 ms to 21 ms, on average 11 ms" */
export function describeLine({ label, values }: Described, say: (value: number) => string): string {
  const measured = values.filter((value) => value !== null);
  if (measured.length === 0) return texts.line.notSeen(label);
  const [min, max] = [Math.min(...measured), Math.max(...measured)];
  if (say(min) === say(max)) return texts.line.constant(label, say(max));
  return texts.line.range(label, say(min), say(max), say(measured.reduce((sum, value) => sum + value, 0) / measured.length));
}
