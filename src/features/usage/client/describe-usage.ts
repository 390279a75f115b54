/** Formats amounts for people. */
import type { UsageAmounts } from '#features/usage/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** 12.3K */
export const formatCompact = (number: number): string => short.format(number);
export const formatDay = (text: string): string => day.format(new Date(text));

/** Four decimals below one dollar, two below 1,000, none above: `US$ 0.0123`, `US$ 1.25`, `US$ 1 240`. */
export function formatMoney(dollars: number): string {
  if (dollars === 0) return 'US$ 0';
  if (dollars < 0.00005) return 'less than US$ 0.0001';
  const [whole = '', cents = ''] = dollars.toFixed(dollars < 1 ? 4 : dollars < 1000 ? 2 : 0).split('.');
  return `US$ ${formatNumber(Number(whole))}${cents && `.${cents}`}`;
}

/** Mentions usage that is not in the cost because its price is unknown. */
export function formatCost({ cost, unpriced, steps }: UsageAmounts): string {
  if (steps === 0) return '–';
  if (cost === null) return 'no price known';
  return unpriced ? `${formatMoney(cost)} and more` : formatMoney(cost);
}
