import { insertEvent } from '#features/outbox/server/outbox.ts';
import type { Policy } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

export interface PolicyRow {
  /** Null: the organization's policy. */
  project_id: string | null;
  policy: Policy;
  version: number;
  changed_at: string;
  changed_by: string | null;
  user_name: string | null;
}

/** The policy of the organization, and of the project if one is given. */
export const selectPolicies = statement<PolicyRow, { organizationId: string; projectId: string | null }>(
  'autonomy.select-policies-with-authors',
  `select p.project_id, p.policy, p.version, p.changed_at, p.changed_by, u.name as user_name
   from autonomy_policies p left join users u on u.id = p.changed_by
   where p.organization_id = $organizationId and (p.project_id is null or p.project_id = $projectId)`,
);

/** Returns no row if the stored version differs. @param basedOn 0: none is stored yet */
export const storePolicy = statement<
  { version: number },
  { organizationId: string; projectId: string | null; policy: string; userId: string | null; basedOn: number }
>(
  'autonomy.store-policy',
  `with changed as (
     update autonomy_policies set policy = $policy, version = version + 1, changed_at = now(), changed_by = $userId
     where organization_id = $organizationId and project_id is not distinct from $projectId and version = $basedOn returning version
   ), made as (
     insert into autonomy_policies (organization_id, project_id, policy, changed_by)
     select $organizationId, $projectId, $policy::jsonb, $userId::uuid where $basedOn = 0
     on conflict (organization_id, project_id) do nothing returning version
   )
   select version from changed union all select version from made`,
);

interface SwitchRow {
  off_at: string | null;
  changed_at: string;
  changed_by: string | null;
  user_name: string | null;
}

export const selectSwitch = statement<SwitchRow, { organizationId: string }>(
  'autonomy.select-switch-with-author',
  `select s.off_at, s.changed_at, s.changed_by, u.name as user_name
   from autonomy_switches s left join users u on u.id = s.changed_by where s.organization_id = $organizationId`,
);

/** Returns a row if it was on before. */
export const switchOff = statement<{ off_at: string }, { organizationId: string; userId: string | null }>(
  'autonomy.switch-off',
  `with switched as (
     insert into autonomy_switches as s (organization_id, off_at, changed_by) values ($organizationId, now(), $userId)
     on conflict (organization_id) do update set off_at = now(), changed_at = now(), changed_by = $userId where s.off_at is null
     returning organization_id, off_at, changed_by
   ), event as (
     ${insertEvent('autonomy_off', {
       from: 'switched s join organizations o on o.id = s.organization_id left join users u on u.id = s.changed_by',
       subject: 'o.id',
       occurrence: 's.off_at',
       organizationId: 'o.id',
       senderId: 's.changed_by',
       payload: { organizationId: 'o.id', organization: 'o.name', by: 'u.name' },
       context: {},
     })}
   )
   select off_at from switched`,
);

/** Returns a row if it was off before. */
export const switchOn = statement<{ changed_at: string }, { organizationId: string; userId: string | null }>(
  'autonomy.switch-on',
  `update autonomy_switches set off_at = null, changed_at = now(), changed_by = $userId
   where organization_id = $organizationId and off_at is not null returning changed_at`,
);

interface RulesRow {
  role: Role | null;
  name: string | null;
  organization: Policy | null;
  project: Policy | null;
  off_at: string | null;
  off_by: string | null;
}

/**
 * What applies to a person in a project: role, policies, and whether autonomy is switched off. Always returns a row. The account of a token
 * has no role once the token has expired: its holder set up what it would go on with.
 */
export const selectRules = statement<RulesRow, { organizationId: string; projectId: string; userId: string | null }>(
  'autonomy.select-rules',
  `select m.role, m.name, o.policy as organization, p.policy as project, s.off_at, u.name as off_by
   from (values ($organizationId::uuid)) as q (organization_id)
   left join (select r.role, u.name from project_roles r join users u on u.id = r.user_id
     where u.id = $userId::uuid and r.project_id = $projectId::uuid and (u.kind = 'person' or exists (
       select from tokens t where t.user_id = u.id and (t.expires_at is null or t.expires_at > now())
     ))) m on true
   left join autonomy_policies o on o.organization_id = q.organization_id and o.project_id is null
   left join autonomy_policies p on p.organization_id = q.organization_id and p.project_id = $projectId::uuid
   left join autonomy_switches s on s.organization_id = q.organization_id and s.off_at is not null
   left join users u on u.id = s.changed_by`,
);

/** Policies of projects that set a daily budget, to be shown with their usage. */
export const selectProjectBudgets = statement<{ project_id: string; policy: Policy }, { organizationId: string }>(
  'autonomy.select-project-budgets',
  `select project_id, policy from autonomy_policies
   where organization_id = $organizationId and project_id is not null and policy -> 'dailyBudgets' -> 'project' is not null`,
);
