import { type Queryable, statement } from '#kernel/database/statement.ts';

/** The names of project and run are copied while they are there: those of rooms after this one, hence by a join and not by a verb. */
export const insertEntry = statement<
  never,
  [
    organizationId: string,
    projectId: string | null,
    userId: string | null,
    userName: string,
    runId: string | null,
    byRun: boolean,
    action: string,
    subject: string | null,
    detail: string | null,
    address: string | null,
  ]
>(
  'audit.insert-entry',
  `insert into audit_entries
     (organization_id, project_id, project_name, user_id, user_name, run_id, run_name, by_run, action, subject, detail, address)
   select $1::uuid, coalesce($2::uuid, r.project_id), p.name, $3, $4, $5::uuid, r.title, $6, $7, $8, $9, $10
   from (select 1) one left join runs r on r.id = $5::uuid left join projects p on p.id = coalesce($2::uuid, r.project_id)`,
);

/** For what is nobody's work in particular: an entry in each organization of the person. */
export const insertEntryOf = statement<
  never,
  [userId: string, userName: string, action: string, subject: string | null, detail: string | null, address: string | null]
>(
  'audit.insert-entry-of',
  `insert into audit_entries (organization_id, user_id, user_name, by_run, action, subject, detail, address)
   select organization_id, $1::uuid, $2, false, $3, $4::jsonb, $5::jsonb, $6 from members where user_id = $1::uuid`,
);

/** The sender is unknown; the entry names the account's owner, in each of their organizations. Nothing where there is no such account. */
export const insertFailedSignIn = statement<never, [email: string, address: string, detail: string | null]>(
  'audit.insert-failed-sign-in',
  `insert into audit_entries (organization_id, user_name, by_run, action, subject, address, detail)
   select m.organization_id, 'Somebody', false, 'session.refuse', jsonb_build_object('kind', 'account', 'id', u.id, 'name', u.name), $2, $3::jsonb
   from users u join members m on m.user_id = u.id where lower(u.email) = lower($1)`,
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
  actions: 'action = any (?::text[])',
  user: 'user_id = ?::uuid',
  project: 'project_id = ?::uuid',
  run: 'run_id = ?::uuid',
  since: 'at >= ?::timestamptz',
  until: 'at < ?::timestamptz',
  before: 'id < ?::bigint',
};
export type Chosen = Partial<Record<keyof typeof conditions, string | number | readonly string[]>>;

/** Newest first. A statement for each set of conditions, so that those which an index knows are found by it. */
export function selectEntries(db: Queryable, organizationId: string, chosen: Chosen, limit: number): Promise<EntryRow[]> {
  const names = (Object.keys(conditions) as (keyof Chosen)[]).filter((name) => chosen[name] !== undefined);
  const where = names.map((name, index) => ` and ${conditions[name].replace('?', `$${index + 3}`)}`).join('');
  const select = statement<EntryRow, unknown[]>(
    ['audit.select-entries', ...names].join('.'),
    `select id, at, project_id, project_name, user_id, user_name, run_id, run_name, by_run, action, subject, detail, address
     from audit_entries where organization_id = $1${where} order by id desc limit $2`,
    { timeout: 10_000 },
  );
  return select(db, organizationId, limit, ...names.map((name) => chosen[name]));
}

/** Goes from person to person in the index: there are few of them, and many entries. Each by the name told last. */
export const selectPeople = statement<{ id: string; name: string }, [organizationId: string, max: number]>(
  'audit.select-people',
  `with recursive people as (
     (select user_id as id from audit_entries where organization_id = $1 and user_id is not null order by user_id limit 1)
     union all
     select (select user_id from audit_entries where organization_id = $1 and user_id > p.id order by user_id limit 1)
     from people p where p.id is not null
   )
   select p.id, last.name from people p cross join lateral (
     select user_name as name from audit_entries where organization_id = $1 and user_id = p.id order by id desc limit 1
   ) last order by lower(last.name), p.id limit $2`,
);
