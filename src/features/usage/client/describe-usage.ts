/** Formats amounts for people. */
import type { UsageAmounts } from '#features/usage/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { texts as formats } from '#ui/texts/format.ts';
import { texts } from './texts/usage.ts';

const words = texts.money;

const short = new Intl.NumberFormat(formats.language, { notation: 'compact', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(formats.language, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** 12.3K */
export const formatCompact = (number: number): string => short.format(number);
export const formatDay = (text: string): string => day.format(new Date(text));

/** Four decimals below one dollar, two below 1,000, none above: `US$ 0.0123`, `US$ 1.25`, `US$ 1 240`. */
export function formatMoney(dollars: number): string {
  if (dollars === 0) return words.dollars(0);
  if (dollars < 0.00005) return words.tiny;
  const [whole = '', cents = ''] = dollars.toFixed(dollars < 1 ? 4 : dollars < 1000 ? 2 : 0).split('.');
  return words.dollars(`${formatNumber(Number(whole))}${cents && `.${cents}`}`);
}

/** Mentions usage that is not in the cost because its price is unknown. */
export function formatCost({ cost, unpriced, steps }: UsageAmounts): string {
  if (steps === 0) return '–';
  if (cost === null) return words.unknown;
  return unpriced ? words.more(formatMoney(cost)) : formatMoney(cost);
}
