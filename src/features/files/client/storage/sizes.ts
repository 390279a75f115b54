/** Sizes in decimal units, as the limit is set. */
const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatSize(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const size = bytes / 1000 ** power;
  const digits = power === 0 || size >= 100 ? 0 : 1;
  return `${Number(size.toFixed(digits))} ${units[power]}`;
}

/** Never 100 % before it is full, and never 0 % of something. */
export function formatShare(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 1) return '< 1 %';
  return `${part < whole ? Math.min(99, Math.round(percent)) : 100} %`;
}

type Fullness = 'fine' | 'nearly' | 'full';
const NEARLY = 0.85;

/** @param limit null: none */
export function fullnessOf(stored: number, limit: number | null): Fullness {
  if (limit === null || stored < NEARLY * limit) return 'fine';
  return stored < limit ? 'nearly' : 'full';
}
