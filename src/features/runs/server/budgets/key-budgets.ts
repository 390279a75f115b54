/**
 * Daily budgets for models that use the operator's keys, those from the environment. In tokens, because the price of a model may be
 * unknown or entered by the organization itself. No approval raises them; only the operator can, with an environment variable.
 */
import { type Queryable, statement } from '#kernel/database/statement.ts';
import { texts } from '../texts/budgets.ts';
import { formatAmount } from './allowance.ts';
import type { BudgetInput, Reached } from './daily.ts';

/** Tokens per day (UTC); undefined means unlimited. */
export interface KeyBudgets {
  organization: number | undefined;
  /** For all organizations together: anyone who may sign up can create as many as they like. */
  installation: number | undefined;
}

interface Asked {
  organizationId: string;
  /** Id of the model to be called. */
  model: string;
  /** Slugs of the providers with the operator's keys. */
  slugs: readonly string[];
}

const selectUse = statement<{ organization: number; installation: number }, { organizationId: string; slugs: readonly string[] }>(
  'runs.select-key-use',
  `select coalesce(sum(input_tokens + output_tokens) filter (where organization_id = $organizationId), 0)::bigint as organization,
     coalesce(sum(input_tokens + output_tokens), 0)::bigint as installation
   from run_usage where day = (now() at time zone 'utc')::date and split_part(model, '/', 1) = any ($slugs::text[])`,
);

/** @returns the budget that is used up; undefined if another call is allowed. Runs no query for other models */
export async function reachedOfKeys(
  db: Queryable,
  budgets: KeyBudgets,
  { organizationId, model, slugs }: Asked,
): Promise<(Reached & BudgetInput) | undefined> {
  const { organization = Infinity, installation = Infinity } = budgets;
  if (Math.min(organization, installation) === Infinity || !slugs.includes(model.slice(0, model.indexOf('/')))) return undefined;
  const [used] = await selectUse(db, { organizationId, slugs });
  if (!used) return undefined;
  if (used.organization >= organization)
    return reached(texts.keysOfOrganization(formatAmount('tokens', organization), 'MODEL_DAILY_TOKENS_PER_ORGANIZATION'));
  if (used.installation >= installation) return reached(texts.keysOfAll(formatAmount('tokens', installation), 'MODEL_DAILY_TOKENS'));
  return undefined;
}

const reached = (message: string): Reached & BudgetInput => ({
  code: 'key_budget_reached',
  scope: 'organization',
  bound: 'tokens',
  limit: 0,
  message,
});
