/** Counts and sizes for people. */
import { texts } from '../texts/format.ts';

const count = new Intl.NumberFormat(texts.language);

/** With thin spaces as separators: 12 040. */
export const formatNumber = (number: number): string =>
  count
    .formatToParts(number)
    .map(({ type, value }) => (type === 'group' ? '\u202f' : value))
    .join('');

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return texts.bytes(bytes);
  if (bytes < 1024 ** 2) return texts.kilobytes((bytes / 1024).toFixed(1));
  return texts.megabytes((bytes / 1024 ** 2).toFixed(1));
}
