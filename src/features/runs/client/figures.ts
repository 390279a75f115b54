import type { Amounts } from '#features/runs/spending.ts';
import { numberFormat } from '#ui/format/figure.ts';
import { texts } from './texts/run.ts';

const words = texts.facts;

const cents = numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fine = numberFormat({ maximumSignificantDigits: 2 });

/** US dollars: amounts below one cent stay distinguishable. */
export const formatMoney = (dollars: number): string => words.dollars((dollars > 0 && dollars < 0.1 ? fine : cents).format(dollars));

/** The cost of model calls, and whether it is complete. */
export function formatCost({ cost, unpriced, steps }: Pick<Amounts, 'cost' | 'unpriced' | 'steps'>): string {
  if (unpriced === 0) return formatMoney(cost);
  return unpriced >= steps && cost === 0 ? words.noPrice : words.someWithoutPrice(formatMoney(cost));
}

/** Working time: "8 s", "12:04", "1:02:33". */
export function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return words.seconds(seconds);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
