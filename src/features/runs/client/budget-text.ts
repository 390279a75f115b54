/** A budget as typed: an empty field sets no limit. */
import type { Budget } from '#features/agents/budget.ts';

export const budgetNames = ['steps', 'tokens', 'cost', 'minutes'] as const;
export type BudgetText = Record<(typeof budgetNames)[number], string>;

/** Paths of the problems that `BudgetFields` shows next to a field. */
export const budgetPaths = budgetNames.map((name) => `budget.${name}`);

export const writeBudget = ({ steps, tokens, cost, minutes }: Budget): BudgetText => ({
  steps: String(steps ?? ''),
  tokens: String(tokens ?? ''),
  cost: String(cost ?? ''),
  minutes: String(minutes ?? ''),
});

/** Only the limits in the text: a budget set through the API may have limits without a field in the form. */
export function readBudget(text: BudgetText): Budget {
  const named = Object.entries(text).filter(([, amount]) => amount.trim() !== '');
  return Object.fromEntries(named.map(([name, amount]) => [name, Number(amount)]));
}
