/** The measures that can be plotted by day. */
import { formatNumber } from '#ui/format/figure.ts';
import type { Measure } from './day-bars.tsx';
import { formatCompact, formatMoney } from './describe-usage.ts';

const whole = { format: formatNumber, formatTick: formatCompact };

export const measures = {
  tokens: {
    title: 'Tokens',
    parts: [
      { label: 'Read', colour: '--plot-1', of: (day) => day.inputTokens },
      { label: 'Written', colour: '--plot-2', of: (day) => day.outputTokens },
    ],
    ...whole,
  },
  cost: {
    title: 'Cost',
    parts: [{ label: 'As far as prices are known', colour: '--plot-3', of: (day) => day.cost ?? 0 }],
    format: formatMoney,
    formatTick: (dollars) => `US$ ${Number(dollars.toPrecision(3))}`,
  },
  steps: { title: 'Steps', parts: [{ label: 'Steps', colour: '--plot-1', of: (day) => day.steps }], ...whole },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;
