/** Describes a plot in a sentence, for people who cannot see it. */

interface Described {
  label: string;
  values: readonly (number | null)[];
}

/** "p95 from 8 ms to 21 ms, on average 11 ms" */
export function describeLine({ label, values }: Described, say: (value: number) => string): string {
  const measured = values.filter((value) => value !== null);
  if (measured.length === 0) return `${label}: not seen`;
  const [min, max] = [Math.min(...measured), Math.max(...measured)];
  if (say(min) === say(max)) return `${label} ${say(max)} throughout`;
  return `${label} from ${say(min)} to ${say(max)}, on average ${say(measured.reduce((sum, value) => sum + value, 0) / measured.length)}`;
}

export function describeLines(lines: readonly Described[], say: (value: number) => string): string {
  return `${lines.map((line) => describeLine(line, say)).join('; ')}.`;
}
