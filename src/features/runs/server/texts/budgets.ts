/** Budgets that are used up. */
import type { BudgetScope } from '#features/policies/policy.ts';

const whose: Readonly<Record<BudgetScope, string>> = {
  user: 'The person on whose behalf this runs',
  project: 'The project',
  organization: 'The organization',
};

const countOf = (unit: string) => (count: number) => `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;

const ofKeys = (used: string, variable: string) =>
  `${used} of today (UTC) that the operator’s model keys allow. Try again tomorrow, use a model with a key of your own (Settings → Models), or ask the operator for a higher budget (${variable}).`;

const daily = (scope: BudgetScope, limit: string, used: string) =>
  `${whose[scope]} has used the ${limit} of today (UTC) that the policy allows: ${used} so far.`;

export const texts = {
  amounts: {
    steps: countOf('step'),
    tokens: countOf('token'),
    inputTokens: countOf('input token'),
    outputTokens: countOf('output token'),
    cost: (dollars: number) => `US$ ${dollars}`,
    minutes: (minutes: number) => `${minutes} min`,
  },
  ofMessage: (amount: string) => `The run has used the ${amount} it may use for one message. Send another message to let it go on.`,
  ofRun: (amount: string) => `The run has used its budget of ${amount}. Raise the budget to let it go on.`,
  noPrice: (model: string) =>
    `The price of ${model} is not known, so a budget in money cannot be kept. Enter its price in the settings, or bound the tokens.`,
  daily,
  dailyRaised: (scope: BudgetScope, limit: string, used: string) =>
    `${daily(scope, limit, used)} It was raised today already: change the policy, or go on tomorrow.`,
  dailyExceeded: (scope: BudgetScope, limit: string, used: string) =>
    `${daily(scope, limit, used)} It may be raised by as much again, which would not be enough: change the policy, or go on tomorrow.`,
  keysOfOrganization: (limit: string, variable: string) => ofKeys(`This organization has used the ${limit}`, variable),
  keysOfAll: (limit: string, variable: string) => ofKeys(`All organizations together have used the ${limit}`, variable),
  expired: {
    run: 'The budget is used up, and nobody raised it in time. Retry the run with a larger one.',
    day: 'The budget is used up, and nobody raised it in time. Change the policy, or go on tomorrow.',
  },
  refused: (by: string, note: string | undefined) =>
    `The budget is used up, and ${by} did not raise it.${note ? ` Their note: ${note}` : ''}`,
};
