import { type Queryable, statement } from '#kernel/database/statement.ts';

/** The names of project and run are copied while they are there: those of rooms after this one, hence by a join and not by a verb. */
export const insertEntry = statement<
  never,
  {
    organizationId: string;
    projectId: string | null;
    userId: string | null;
    userName: string;
    runId: string | null;
    byRun: boolean;
    action: string;
    subject: string | null;
    detail: string | null;
    address: string | null;
  }
>(
  'audit.insert-entry',
  `insert into audit_entries
     (organization_id, project_id, project_name, user_id, user_name, run_id, run_name, by_run, action, subject, detail, address)
   select $organizationId::uuid, coalesce($projectId::uuid, r.project_id), p.name, $userId, $userName, $runId::uuid, r.title, $byRun, $action, $subject, $detail, $address
   from (select 1) one left join runs r on r.id = $runId::uuid left join projects p on p.id = coalesce($projectId::uuid, r.project_id)`,
);

/** For what is nobody's work in particular: an entry in each organization of the person. */
export const insertEntryOf = statement<
  never,
  { userId: string; userName: string; action: string; subject: string | null; detail: string | null; address: string | null }
>(
  'audit.insert-entry-of',
  `insert into audit_entries (organization_id, user_id, user_name, by_run, action, subject, detail, address)
   select organization_id, $userId::uuid, $userName, false, $action, $subject::jsonb, $detail::jsonb, $address from members where user_id = $userId::uuid`,
);

/** The sender is unknown; the entry names the account's owner, in each of their organizations. Nothing where there is no such account. */
export const insertFailedSignIn = statement<never, { email: string; address: string; detail: string | null }>(
  'audit.insert-failed-sign-in',
  `insert into audit_entries (organization_id, user_name, by_run, action, subject, address, detail)
   select m.organization_id, 'Somebody', false, 'session.refuse', jsonb_build_object('kind', 'account', 'id', u.id, 'name', u.name), $address, $detail::jsonb
   from users u join members m on m.user_id = u.id where lower(u.email) = lower($email)`,
);

export interface EntryRow {
  id: number;
  at: string;
  project_id: string | null;
  project_name: string | null;
  user_id: string | null;
  user_name: string;
  run_id: string | null;
  run_name: string | null;
  by_run: boolean;
  action: string;
  subject: { kind: string; id: string | null; name: string } | null;
  detail: Record<string, unknown> | null;
  address: string | null;
}

/** What is chosen, by the condition that chooses it. */
const conditions = {
  actions: 'action = any ($actions::text[])',
  user: 'user_id = $user::uuid',
  project: 'project_id = $project::uuid',
  run: 'run_id = $run::uuid',
  since: 'at >= $since::timestamptz',
  until: 'at < $until::timestamptz',
  before: 'id < $before::bigint',
};

interface Conditions {
  actions: readonly string[];
  user: string;
  project: string;
  run: string;
  since: string;
  until: string;
  before: number;
}
export type Chosen = Partial<Conditions>;
const allConditions = Object.keys(conditions) as (keyof Conditions)[];

const selectBy = (chosen: readonly (keyof Conditions)[]) =>
  statement<EntryRow, { organizationId: string; limit: number } & Conditions>(
    `audit.select-entries${chosen.map((name) => `.${name}`).join('')}`,
    `select id, at, project_id, project_name, user_id, user_name, run_id, run_name, by_run, action, subject, detail, address
     from audit_entries where organization_id = $organizationId${chosen.map((name) => ` and ${conditions[name]}`).join('')}
     order by id desc limit $limit`,
    { timeout: 10_000 },
  );

/** Made when they are needed first, but for the one with all conditions, in which each is checked against the database. */
const selects = new Map([[allConditions.join(), selectBy(allConditions)]]);

/** Newest first. A statement for each set of conditions, so that those which an index knows are found by it. */
export function selectEntries(db: Queryable, values: { organizationId: string; limit: number } & Chosen): Promise<EntryRow[]> {
  const names = allConditions.filter((name) => values[name] !== undefined);
  const select = selects.get(names.join()) ?? selectBy(names);
  selects.set(names.join(), select);
  return select(db, values as typeof values & Conditions);
}

/** Goes from person to person in the index: there are few of them, and many entries. Each by the name told last. */
export const selectPeople = statement<{ id: string; name: string }, { organizationId: string; max: number }>(
  'audit.select-people',
  `with recursive people as (
     (select user_id as id from audit_entries where organization_id = $organizationId and user_id is not null order by user_id limit 1)
     union all
     select (select user_id from audit_entries where organization_id = $organizationId and user_id > p.id order by user_id limit 1)
     from people p where p.id is not null
   )
   select p.id, last.name from people p cross join lateral (
     select user_name as name from audit_entries where organization_id = $organizationId and user_id = p.id order by id desc limit 1
   ) last order by lower(last.name), p.id limit $max`,
);
