import type { Budget } from '#features/agents/budget.ts';
import type { Amounts } from '#features/runs/spending.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatElapsed, formatMoney } from './figures.ts';
import { texts } from './texts/run.ts';

interface Bar {
  name: string;
  used: number;
  limit: number;
  say: (amount: number) => string;
}

/** How much of a budget is used up; nothing if it sets no limit. */
export function BudgetBars({ budget, spent }: { budget: Budget; spent: Amounts }) {
  const bars = barsOf(budget, spent);
  if (bars.length === 0) return null;
  return (
    <ul className="budget-bars" aria-label={texts.bars.label}>
      {bars.map(({ name, used, limit, say }) => (
        <li key={name} data-reached={used >= limit || undefined}>
          <span>{name}</span>
          <span className="budget-bar" aria-hidden="true">
            <span style={{ width: `${Math.min(100, (used / limit) * 100)}%` }} />
          </span>
          <span className="numeric">{texts.bars.used(say(used), say(limit))}</span>
        </li>
      ))}
    </ul>
  );
}

function barsOf(budget: Budget, { steps, inputTokens, outputTokens, cost, ms }: Amounts): Bar[] {
  const bars: (Omit<Bar, 'limit'> & { limit: number | undefined })[] = [
    { name: texts.bars.steps, used: steps, limit: budget.steps, say: formatNumber },
    { name: texts.bars.tokens, used: inputTokens + outputTokens, limit: budget.tokens, say: formatNumber },
    { name: texts.bars.input, used: inputTokens, limit: budget.inputTokens, say: formatNumber },
    { name: texts.bars.output, used: outputTokens, limit: budget.outputTokens, say: formatNumber },
    { name: texts.bars.cost, used: cost, limit: budget.cost, say: formatMoney },
    { name: texts.bars.time, used: ms, limit: budget.minutes === undefined ? undefined : budget.minutes * 60_000, say: formatElapsed },
  ];
  return bars.flatMap(({ limit, ...bar }) => (limit === undefined ? [] : [{ ...bar, limit }]));
}
