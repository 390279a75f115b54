import { statement } from '#kernel/database/statement.ts';

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
