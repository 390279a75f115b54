import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import { type Level, levels, type Policy } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

/** Levels in their order, as TypeScript has them. */
const rankOf = (level: string) => `array_position(array[${levels.map((each) => `'${each}'`).join(', ')}], ${level})`;

/** What determines whether a person may start runs by schedules and triggers in a project, and its organization. */
export const selectWriter = statement<
  { organization_id: string; role: Role | null; organization: Policy | null; project: Policy | null },
  { projectId: string; userId: string | null }
>(
  'autonomy.select-writer',
  `select p.organization_id, m.role, o.policy as organization, n.policy as project
   from projects p
   left join project_roles m on m.project_id = p.id and m.user_id = $userId::uuid
   left join autonomy_policies o on o.organization_id = p.organization_id and o.project_id is null
   left join autonomy_policies n on n.project_id = p.id
   where p.id = $projectId`,
);

export const selectDecider = statement<{ user_id: string | null; level: Level | null }, { approvalId: string }>(
  'autonomy.select-decider',
  'select decided_by as user_id, decided_level as level from approvals where id = $approvalId',
);

/** Does nothing if it was already accepted. */
export const insertAccepted = statement<never, { projectId: string; number: number; level: Level; userId: string | null }>(
  'autonomy.insert-accepted',
  'insert into accepted_instructions (project_id, number, level, user_id) values ($projectId, $number, $level, $userId) on conflict do nothing',
);

/** A version of the file: the change that produced it, and its content as SHA-256 in hex; null: no file. */
interface VersionRow {
  number: number;
  version: string | null;
  change_id: string;
  at: string;
  user_id: string | null;
  run_id: string | null;
  user_name: string | null;
}

/** Spelled out, as in the index `versions_instructions`, which holds these versions alone. */
const ofInstructions = `path = '${INSTRUCTIONS_PATH}'`;
const versionColumns = `v.number::int, encode(v.hash, 'hex') as version, c.id as change_id, c.at, c.user_id, c.run_id, u.name as user_name`;
const versionJoins = `join changes c on c.project_id = v.project_id and c.number = v.number left join users u on u.id = c.user_id`;

/** The current version. */
export const selectNewest = statement<VersionRow, { projectId: string }>(
  'autonomy.select-newest-instructions',
  `select ${versionColumns} from versions v ${versionJoins} where v.project_id = $projectId and v.${ofInstructions} order by v.number desc limit 1`,
);

interface AcceptedRow extends VersionRow {
  accepted_at: string;
  accepted_by: string | null;
  accepted_by_name: string | null;
}

/** The newest version that runs of a level may use when a schedule or trigger starts them. */
export const selectAccepted = statement<AcceptedRow, { projectId: string; level: Level }>(
  'autonomy.select-accepted-instructions',
  `select ${versionColumns}, a.accepted_at, a.user_id as accepted_by, b.name as accepted_by_name
   from accepted_instructions a
   join versions v on v.project_id = a.project_id and v.${ofInstructions} and v.number = a.number ${versionJoins}
   left join users b on b.id = a.user_id
   where a.project_id = $projectId and ${rankOf('a.level')} >= ${rankOf('$level')}
   order by a.number desc, ${rankOf('a.level')} limit 1`,
);

/** The highest level at which schedules or triggers start runs of a project; `off` if there are none. */
const neededLevel = (project: string) => `coalesce((
  select s.level from (
    select level from schedules where project_id = ${project} union all select level from triggers where project_id = ${project}
  ) s order by ${rankOf('s.level')} desc limit 1
), 'off')`;

export const selectNeededLevel = statement<{ level: Level }, { projectId: string }>(
  'autonomy.select-needed-level',
  `select ${neededLevel('$projectId')} as level`,
);

/**
 * Projects of some organizations whose newest version differs from the one that scheduled and triggered runs use; newest first. The
 * viewer's projects are listed once: few have such a file, and roles are asked only for these.
 */
export const selectWaiting = statement<
  { project_id: string; project_name: string; organization_id: string; level: Level } & VersionRow,
  { viewerId: string; organizationIds: readonly string[]; limit: number }
>(
  'autonomy.list-waiting-instructions',
  `select p.id as project_id, p.name as project_name, p.organization_id, l.level, ${versionColumns}
   from projects p
   cross join lateral (
     select project_id, number, hash from versions where project_id = p.id and ${ofInstructions} order by number desc limit 1
   ) v
   cross join lateral (select ${neededLevel('p.id')} as level) l
   left join lateral (
     select a.number, w.hash from accepted_instructions a
     join versions w on w.project_id = a.project_id and w.${ofInstructions} and w.number = a.number
     where a.project_id = p.id and ${rankOf('a.level')} >= ${rankOf('l.level')} order by a.number desc limit 1
   ) a on true
   ${versionJoins}
   where p.organization_id = any ($organizationIds::uuid[]) and v.hash is distinct from a.hash
     and (p.id in (select o.project_id from project_roles o where o.user_id = $viewerId)) is true
   order by c.at desc, p.id limit $limit`,
);

/** The number of these, by organization; of restricted projects, by project. */
export const countWaiting = statement<
  { organization_id: string; restricted_id: string | null; waiting: number },
  { organizationIds: readonly string[] }
>(
  'autonomy.count-waiting-instructions',
  `select p.organization_id, case p.access when 'listed' then p.id end as restricted_id, count(*)::int as waiting
   from projects p
   cross join lateral (select hash from versions where project_id = p.id and ${ofInstructions} order by number desc limit 1) v
   cross join lateral (select ${neededLevel('p.id')} as level) l
   left join lateral (
     select w.hash from accepted_instructions a
     join versions w on w.project_id = a.project_id and w.${ofInstructions} and w.number = a.number
     where a.project_id = p.id and ${rankOf('a.level')} >= ${rankOf('l.level')} order by a.number desc limit 1
   ) a on true
   where p.organization_id = any ($organizationIds::uuid[]) and v.hash is distinct from a.hash
   group by 1, 2`,
);
