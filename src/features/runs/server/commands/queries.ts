import { statement } from '#kernel/database/statement.ts';

/** Autonomous work that is at work or about to be. */
export const countAutonomousWork = statement<{ count: number }, { organizationId: string }>(
  'autonomy.count-autonomous-work',
  `select count(*)::int as count from runs r join projects p on p.id = r.project_id
   where p.organization_id = $organizationId and r.status in ('queued', 'running') and (r.level = 'autonomous' or r.origin <> 'person')`,
);
