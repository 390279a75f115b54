/** Reads the text that `/metrics` answers with, so that samples and Prometheus see the same figures. */

export interface Series {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Series by the name of their metric. */
export type Scrape = ReadonlyMap<string, readonly Series[]>;

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function readScrape(text: string): Scrape {
  const found = new Map<string, Series[]>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', number] = LINE.exec(line) ?? [];
    const value = Number(number);
    if (name === undefined || !Number.isFinite(value)) continue;
    const series = { labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, label, text]) => [label, text])), value };
    const others = found.get(name);
    if (others) others.push(series);
    else found.set(name, [series]);
  }
  return found;
}
