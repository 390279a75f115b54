import { texts } from './texts.ts';

const words = texts.detail;

/** Describes one detail of an entry from its field name: `privateNetwork: false` as `Private network`, `no`. */
export function describeDetail(name: string, value: unknown): { label: string; text: string } {
  const label = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
  return { label: label.charAt(0).toUpperCase() + label.slice(1), text: formatValue(value) };
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return words.none;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return words.number(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.length > 0 ? words.list(value) : words.none;
  const { kind, name, ...rest } = value as Record<string, unknown>;
  // Described elsewhere, such as where a run comes from.
  if (typeof kind === 'string' && typeof name === 'string' && Object.keys(rest).every((key) => key === 'id')) return `${kind} ${name}`;
  return JSON.stringify(value);
}
