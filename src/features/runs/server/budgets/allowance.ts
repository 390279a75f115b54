/** Whether a run's budget allows another model call. */
import type { Budget } from '#features/agents/budget.ts';
import type { Price } from '#features/models/server/model.ts';
import type { Amounts, Spending } from '../../spending.ts';
import { texts } from '../texts/budgets.ts';

/** Default limits per message for a run without a budget. */
const DEFAULT_BUDGET = { steps: 50, tokens: 2_000_000, minutes: 60 } as const satisfies Budget;

/** What is left of a budget; infinite where there is no limit. */
export interface Allowance {
  steps: number;
  tokens: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  ms: number;
}

/** A limit set in the budget applies to the whole run, a default to each message. */
export function allowanceOf(spending: Spending, budget: Budget): Allowance {
  const { run, message } = spending;
  const left = (named: number | undefined, used: number, byDefault = Infinity, usedForMessage = 0) =>
    named === undefined ? byDefault - usedForMessage : named - used;
  const tokens = (amounts: Amounts) => amounts.inputTokens + amounts.outputTokens;
  return {
    steps: left(budget.steps, run.steps, DEFAULT_BUDGET.steps, message.steps),
    tokens: left(budget.tokens, tokens(run), DEFAULT_BUDGET.tokens, tokens(message)),
    inputTokens: left(budget.inputTokens, run.inputTokens),
    outputTokens: left(budget.outputTokens, run.outputTokens),
    cost: left(budget.cost, run.cost),
    ms: left(budget.minutes === undefined ? undefined : budget.minutes * 60_000, run.ms, DEFAULT_BUDGET.minutes * 60_000, message.ms),
  };
}

/** In the order in which they are checked. */
const bounds = ['steps', 'tokens', 'inputTokens', 'outputTokens', 'cost', 'ms'] as const satisfies readonly (keyof Allowance)[];

/** @returns the exhausted limit; undefined if another model call is allowed */
export function exhausted(allowance: Allowance): keyof Allowance | undefined {
  return bounds.find((key) => allowance[key] <= 0);
}

/** @returns the limit set in the run's budget, in the unit of the allowance; undefined if a default applies */
export const namedBound = (bound: keyof Allowance, budget: Budget): number | undefined =>
  bound === 'ms' ? budget.minutes && budget.minutes * 60_000 : budget[bound];

/** Such as 2,000 tokens, or US$ 2. */
export const formatAmount = (bound: keyof Allowance, amount: number): string =>
  bound === 'ms' ? texts.amounts.minutes(amount / 60_000) : texts.amounts[bound](amount);

export function describeExhausted(bound: keyof Allowance, budget: Budget): string {
  const unit = bound === 'ms' ? 'minutes' : bound;
  const defaults: Budget = DEFAULT_BUDGET;
  const named = budget[unit];
  const amount = texts.amounts[unit](named ?? defaults[unit] ?? 0);
  return named === undefined ? texts.ofMessage(amount) : texts.ofRun(amount);
}

/** Maximum tokens of the next response. */
export function outputAllowance(allowance: Allowance, price: Price | undefined, atMost: number): number {
  const byMoney = price && price.output > 0 ? (allowance.cost / price.output) * 1_000_000 : Infinity;
  return Math.max(1, Math.floor(Math.min(atMost, allowance.tokens, allowance.outputTokens, byMoney)));
}
