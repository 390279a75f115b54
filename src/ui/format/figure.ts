/** Counts and sizes for people. */
import { texts as format } from '../texts/format.ts';
import { texts } from '../texts/sizes.ts';

/** Creating a format takes a hundred times as long as using it. */
export const numberFormat = (options?: Intl.NumberFormatOptions): Intl.NumberFormat => new Intl.NumberFormat(format.language, options);

const count = numberFormat();

/** With thin spaces as separators: 12 040. */
export const formatNumber = (number: number): string =>
  count
    .formatToParts(number)
    .map(({ type, value }) => (type === 'group' ? '\u202f' : value))
    .join('');

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return texts.bytes(bytes);
  if (bytes < 1024 ** 2) return texts.kilobytes((bytes / 1024).toFixed(1));
  if (bytes < 1024 ** 3) return texts.megabytes((bytes / 1024 ** 2).toFixed(1));
  return texts.gigabytes((bytes / 1024 ** 3).toFixed(1));
}
