/** The measures that can be plotted by day. */
import { formatNumber } from '#ui/format/figure.ts';
import type { Measure } from './day-bars.tsx';
import { formatCompact, formatMoney } from './describe-usage.ts';
import { texts } from './texts/usage.ts';

const words = texts.plot;

const whole = { format: formatNumber, formatTick: formatCompact };

export const measures = {
  tokens: {
    title: words.tokens,
    parts: [
      { label: words.read, colour: '--plot-1', of: (day) => day.inputTokens },
      { label: words.written, colour: '--plot-2', of: (day) => day.outputTokens },
    ],
    ...whole,
  },
  cost: {
    title: words.cost,
    parts: [{ label: words.known, colour: '--plot-3', of: (day) => day.cost ?? 0 }],
    format: formatMoney,
    formatTick: (dollars) => texts.money.dollars(Number(dollars.toPrecision(3))),
  },
  steps: { title: words.steps, parts: [{ label: words.steps, colour: '--plot-1', of: (day) => day.steps }], ...whole },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;
