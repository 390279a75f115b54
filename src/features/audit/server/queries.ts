import { type Queryable, statement } from '#kernel/database/statement.ts';

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

/** Filters, each with its SQL condition. */
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

const slow = { timeout: 10_000, replica: true };

const selectBy = (chosen: readonly (keyof Conditions)[]) =>
  statement<EntryRow, { organizationId: string; limit: number } & Conditions>(
    `audit.select-entries${chosen.map((name) => `.${name}`).join('')}`,
    `select id, at, project_id, project_name, user_id, user_name, run_id, run_name, by_run, action, subject, detail, address
     from audit_entries where organization_id = $organizationId${chosen.map((name) => ` and ${conditions[name]}`).join('')}
     order by id desc limit $limit`,
    slow,
  );

const selectBeyondBy = (chosen: readonly (keyof Conditions)[]) =>
  statement<{ id: number }, { organizationId: string; count: number } & Conditions>(
    `audit.select-beyond${chosen.map((name) => `.${name}`).join('')}`,
    `select id from audit_entries where organization_id = $organizationId${chosen.map((name) => ` and ${conditions[name]}`).join('')}
     order by id desc limit 1 offset $count`,
    slow,
  );

/**
 * One statement per set of conditions, so PostgreSQL can use an index where there is one. Created on first use, except the one with all
 * conditions, which lets every condition be checked against the database.
 */
function byConditions<Row, Values>(
  create: (chosen: readonly (keyof Conditions)[]) => (db: Queryable, values: Values & Conditions) => Promise<Row[]>,
) {
  const created = new Map([[allConditions.join(), create(allConditions)]]);
  return (db: Queryable, values: Values & Chosen): Promise<Row[]> => {
    const names = allConditions.filter((name) => values[name] !== undefined);
    const select = created.get(names.join()) ?? create(names);
    created.set(names.join(), select);
    return select(db, values as Values & Conditions);
  };
}

/** Newest first. */
export const selectEntries = byConditions(selectBy);

const selectBeyond = byConditions(selectBeyondBy);

/** Whether there are more entries than so many. */
export const hasMore = async (db: Queryable, values: { organizationId: string; count: number } & Chosen): Promise<boolean> =>
  (await selectBeyond(db, values)).length > 0;

/**
 * Skips from person to person in the index, backwards: there are few people and many entries, and the first entry met of a person is the
 * latest, which has their latest name.
 */
export const selectPeople = statement<{ id: string; name: string }, { organizationId: string; max: number }>(
  'audit.select-people',
  `with recursive people as (
     (
       select user_id as id, user_name as name from audit_entries
       where organization_id = $organizationId and user_id is not null order by user_id desc, id desc limit 1
     )
     union all
     select e.user_id, e.user_name from people p cross join lateral (
       select user_id, user_name from audit_entries
       where organization_id = $organizationId and user_id < p.id order by user_id desc, id desc limit 1
     ) e
   )
   select id, name from people order by lower(name), id limit $max`,
  { replica: true },
);
