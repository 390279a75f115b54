/** Describes one detail of an entry from its field name: `privateNetwork: false` as `Private network`, `no`. */
export function describeDetail(name: string, value: unknown): { label: string; text: string } {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
  return { label: words.charAt(0).toUpperCase() + words.slice(1), text: formatValue(value) };
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value.toLocaleString('en');
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.length > 0 ? value.join(', ') : 'none';
  const { kind, name, ...rest } = value as Record<string, unknown>;
  // Described elsewhere, such as where a run comes from.
  if (typeof kind === 'string' && typeof name === 'string' && Object.keys(rest).every((key) => key === 'id')) return `${kind} ${name}`;
  return JSON.stringify(value);
}
