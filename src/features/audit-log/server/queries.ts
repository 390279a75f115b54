import { statement } from '#kernel/database/statement.ts';

/** Copies the names of project and run while they exist: both belong to later features, hence a join instead of a function call. */
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
   select $organizationId::uuid, coalesce($projectId::uuid, r.project_id), p.name, $userId, $userName, $runId::uuid, r.title, $byRun,
     $action, $subject, $detail, $address
   from (select 1) one left join runs r on r.id = $runId::uuid left join projects p on p.id = coalesce($projectId::uuid, r.project_id)`,
);

/** For what happens to an account, outside any organization: one entry in each organization of its person. */
export const insertEntryAbout = statement<
  never,
  {
    aboutId: string;
    userId: string | null;
    userName: string;
    action: string;
    subject: string | null;
    detail: string | null;
    address: string | null;
  }
>(
  'audit.insert-entry-about',
  `insert into audit_entries (organization_id, user_id, user_name, by_run, action, subject, detail, address)
   select organization_id, $userId::uuid, $userName, false, $action, $subject::jsonb, $detail::jsonb, $address from members
   where user_id = $aboutId::uuid`,
);

/**
 * The sender is unknown; the entry names the account's owner, in each of their organizations. Inserts nothing if there is no such account.
 */
export const insertFailedSignIn = statement<never, { email: string; address: string; detail: string | null }>(
  'audit.insert-failed-sign-in',
  `insert into audit_entries (organization_id, user_name, by_run, action, subject, address, detail)
   select m.organization_id, 'Somebody', false, 'session.refuse', jsonb_build_object('kind', 'account', 'id', u.id, 'name', u.name),
     $address, $detail::jsonb
   from users u join members m on m.user_id = u.id where lower(u.email) = lower($email)`,
);
