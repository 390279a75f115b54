import type { Policy } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';

export interface PolicyRow {
  /** Null: the organization's own. */
  project_id: string | null;
  policy: Policy;
  version: number;
  changed_at: string;
  changed_by: string | null;
  user_name: string | null;
}

/** That of the organization, and of the project if one is named. */
export const selectPolicies = statement<PolicyRow, [organizationId: string, projectId: string | null]>(
  'autonomy.select-policies-with-authors',
  `select p.project_id, p.policy, p.version, p.changed_at, p.changed_by, u.name as user_name
   from autonomy_policies p left join users u on u.id = p.changed_by
   where p.organization_id = $1 and (p.project_id is null or p.project_id = $2)`,
);

/** No row when another version holds by now. @param basedOn 0: there is none yet */
export const storePolicy = statement<
  { version: number },
  [organizationId: string, projectId: string | null, policy: string, userId: string | null, basedOn: number]
>(
  'autonomy.store-policy',
  `with changed as (
     update autonomy_policies set policy = $3, version = version + 1, changed_at = now(), changed_by = $4
     where organization_id = $1 and project_id is not distinct from $2 and version = $5 returning version
   ), made as (
     insert into autonomy_policies (organization_id, project_id, policy, changed_by) select $1, $2, $3::jsonb, $4::uuid where $5 = 0
     on conflict (organization_id, project_id) do nothing returning version
   )
   select version from changed union all select version from made`,
);

export interface SwitchRow {
  off_at: string | null;
  changed_at: string;
  changed_by: string | null;
  user_name: string | null;
}

export const selectSwitch = statement<SwitchRow, [organizationId: string]>(
  'autonomy.select-switch-with-author',
  `select s.off_at, s.changed_at, s.changed_by, u.name as user_name
   from autonomy_switches s left join users u on u.id = s.changed_by where s.organization_id = $1`,
);

/** A row when it was on until now. */
export const switchOff = statement<{ off_at: string }, [organizationId: string, userId: string | null]>(
  'autonomy.switch-off',
  `insert into autonomy_switches as s (organization_id, off_at, changed_by) values ($1, now(), $2)
   on conflict (organization_id) do update set off_at = now(), changed_at = now(), changed_by = $2 where s.off_at is null returning off_at`,
);

/** A row when it was off until now. */
export const switchOn = statement<{ changed_at: string }, [organizationId: string, userId: string | null]>(
  'autonomy.switch-on',
  `update autonomy_switches set off_at = null, changed_at = now(), changed_by = $2
   where organization_id = $1 and off_at is not null returning changed_at`,
);

/** Autonomous work that is at work or about to be. */
export const countAutonomousWork = statement<{ count: number }, [organizationId: string]>(
  'autonomy.count-autonomous-work',
  `select count(*)::int as count from runs r join projects p on p.id = r.project_id
   where p.organization_id = $1 and r.status in ('queued', 'running') and (r.level = 'autonomous' or r.origin <> 'person')`,
);
