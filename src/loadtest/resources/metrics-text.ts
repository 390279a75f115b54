/** Parses Prometheus' text format, as far as a load test needs it. */

export type MetricsText = ReturnType<typeof readMetricsText>;

export function readMetricsText(text: string) {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return {
    /**
     * @param series such as `up` or `connections{state="used"}`
     * @returns null if it is missing or not a number
     */
    value(series: string): number | null {
      const value = values.get(series);
      return value === undefined || !Number.isFinite(value) ? null : value;
    },
  };
}

/** @returns null if one of them is */
export function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}
