import { emptyPolicy } from '#features/policies/policy.ts';
import type { Rules } from '#features/policies/server/policies.ts';
import type * as sql from './queries.ts';

/** The rules that apply to the person who writes a version. */
export const rulesOfWriter = (row: Awaited<ReturnType<typeof sql.selectWriter>>[number] | undefined): Pick<Rules, 'policies' | 'role'> => ({
  role: row?.role ?? null,
  policies: { organization: row?.organization ?? emptyPolicy, project: row?.project ?? null },
});
