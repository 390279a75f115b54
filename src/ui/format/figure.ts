/** Counts and sizes for people. */

const count = new Intl.NumberFormat('en');

/** With thin spaces as separators: 12 040. */
export const formatNumber = (number: number): string => count.format(number).replaceAll(',', '\u202f');

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
