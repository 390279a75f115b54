/** Whether somebody steered a run whose requests only others may approve. The rule is `steeringOf`; this reads what it needs. */
import { needsFourEyes } from '#features/policies/policy.ts';
import type { Rules } from '#features/policies/server/policies.ts';
import type { Tokens } from '#features/tokens/server/tokens.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { forbidden } from '#kernel/errors.ts';
import type { OriginKind } from '../../contract.ts';
import { describeSteering, type Steering, steeringOf, steeringTypes } from '../../four-eyes.ts';
import { selectSteering } from './queries.ts';

/** @returns how the person steered the run, where that keeps them from approving */
export type FindSteering = (
  db: Queryable,
  rules: Pick<Rules, 'policies'>,
  run: { id: string; user_id: string | null; origin: OriginKind },
  userId: string | null,
) => Promise<Steering | undefined>;

export const createFindSteering =
  (tokens: Pick<Tokens, 'accountsOf'>): FindSteering =>
  async (db, { policies }, run, userId) => {
    if (userId === null || !needsFourEyes(policies)) return undefined;
    const [accounts, events] = await Promise.all([
      tokens.accountsOf(db, userId),
      selectSteering(db, { runId: run.id, types: [...steeringTypes] }),
    ]);
    return steeringOf(
      { userId: run.user_id, origin: run.origin },
      events.map(({ has_note: hasNote, ...event }) => ({ ...event, hasNote })),
      { userId, accounts },
    );
  };

/** @throws 403 `own_run` */
export function requireUnsteered(how: Steering | undefined, organizationId: string): void {
  if (how) throw forbidden(describeSteering(how), 'own_run', organizationId);
}
