import type { Level } from '#features/policies/policy.ts';
import type { ApprovalKind, ApprovalStatus, ApprovalSummary } from '#features/runs/approvals-contract.ts';
import type { OriginKind } from '#features/runs/contract.ts';
import { statement } from '#kernel/database/statement.ts';

export interface ApprovalRow {
  id: string;
  organization_id: string;
  project_id: string;
  project_name: string;
  run_id: string;
  title: string;
  level: Level;
  user_id: string | null;
  user_name: string | null;
  origin: OriginKind;
  origin_id: string | null;
  origin_name: string | null;
  kind: ApprovalKind;
  call_id: string | null;
  tool: string;
  /** Null for Guildhall's own tools, and for requests older than digests. */
  tool_digest: string | null;
  server: string | null;
  input: unknown;
  input_left_out: boolean;
  reason: string;
  paths: string[];
  path_count: number;
  status: ApprovalStatus;
  choices: string[];
  asked_at: string;
  expires_at: string | null;
  decided_at: string | null;
  decided_by: string | null;
  decider_name: string | null;
  note: string | null;
  for_all: boolean;
  hash: string;
}

const columns = `a.id, a.organization_id, a.project_id, p.name as project_name, a.run_id, r.title, r.level, r.user_id, u.name as user_name,
  r.origin, r.origin_id, r.origin_name, a.kind, a.call_id, a.tool, a.tool_digest, a.server, a.reason, a.paths, a.path_count, a.status, a.choices,
  a.asked_at, a.expires_at, a.decided_at, a.decided_by, d.name as decider_name, a.note, a.for_all, a.hash`;
const joins = `join runs r on r.id = a.run_id join projects p on p.id = a.project_id
  left join users u on u.id = r.user_id left join users d on d.id = a.decided_by`;

export const selectApproval = statement<ApprovalRow, { id: string }>(
  'runs.read-approval',
  `select ${columns}, a.input, false as input_left_out from approvals a ${joins} where a.id = $id`,
);

interface ListValues {
  viewerId: string;
  organizationIds: readonly string[];
  kind: ApprovalKind | null;
  projectId: string | null;
  runId: string | null;
  userId: string | null;
  before: string | null;
  limit: number;
  maxInput: number;
}

/**
 * One statement per status, because pending approvals have their own index. Reads up to the limit from each organization, in index
 * order: with `exists`, PostgreSQL would start from all projects that the viewer sees.
 */
const selectList = (name: string, status: string) =>
  statement<ApprovalRow, ListValues>(
    `runs.list-approvals-${name}`,
    `select ${columns}, case when octet_length(a.input::text) <= $maxInput then a.input end as input,
       octet_length(a.input::text) > $maxInput as input_left_out
     from unnest($organizationIds::uuid[]) as o (id) cross join lateral (
       select a.* from approvals a
       where a.organization_id = o.id and ${status}
         and (select true from project_roles v where v.project_id = a.project_id and v.user_id = $viewerId limit 1)
         and ($kind::text is null or a.kind = $kind) and ($projectId::uuid is null or a.project_id = $projectId)
         and ($runId::uuid is null or a.run_id = $runId)
         and ($userId::uuid is null or exists (select from runs r where r.id = a.run_id and r.user_id = $userId))
         and ($before::uuid is null
           or (a.asked_at, a.id) < (select b.asked_at, b.id from approvals b
             where b.id = $before and b.organization_id = any ($organizationIds::uuid[])))
       order by a.asked_at desc, a.id desc limit $limit
     ) a ${joins}
     order by a.asked_at desc, a.id desc limit $limit`,
  );

export const selectApprovals = {
  pending: selectList('pending', `a.status = 'pending'`),
  decided: selectList('decided', `a.status <> 'pending'`),
  all: selectList('all', 'true'),
};

interface CountRow {
  organization_id: string;
  /** Set if the project is restricted. */
  restricted_id: string | null;
  user_id: string | null;
  pending: number;
}

const pending = `a.status = 'pending' and a.organization_id = any ($organizationIds::uuid[])`;
const restricted = `case p.access when 'listed' then p.id end as restricted_id`;

/** Pending approvals of some organizations: those of one person, and those of all others, whose `user_id` is null; of restricted projects, by project. */
export const countPending = statement<CountRow, { userId: string; organizationIds: readonly string[] }>(
  'runs.count-pending',
  `select a.organization_id, ${restricted}, own.user_id, count(*)::int as pending
   from approvals a join projects p on p.id = a.project_id
     left join (select id, user_id from runs where user_id = $userId and status in ('queued', 'running', 'waiting')) own on own.id = a.run_id
   where ${pending} group by 1, 2, 3`,
);

/** As `countPending`, by each person the run works for, with the newest of them. */
export const selectWaiting = statement<CountRow & { newest: ApprovalSummary | null }, { organizationIds: readonly string[] }>(
  'runs.count-waiting',
  `select w.organization_id, w.restricted_id, w.user_id, w.pending,
     jsonb_build_object('id', a.id, 'kind', a.kind, 'tool', a.tool, 'server', a.server, 'runId', a.run_id, 'projectName', p.name,
       'paths', to_jsonb(a.paths[1:1]), 'askedAt', to_char(a.asked_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as newest
   from (
     select a.organization_id, ${restricted}, r.user_id, count(*)::int as pending,
       (array_agg(a.id order by a.asked_at desc, a.id desc))[1] as newest_id
     from approvals a join runs r on r.id = a.run_id join projects p on p.id = a.project_id
     where ${pending} group by 1, 2, 3
   ) w join approvals a on a.id = w.newest_id join projects p on p.id = a.project_id`,
);

export interface EditRow {
  path: string;
  base: string | null;
  version: string | null;
  /** Also null if it is larger than requested, or if earlier contents have used up the limit. */
  content: Buffer | null;
}

/** One file of an approval; `size` is that of its content, null if the project already has it. */
export const selectEdit = statement<Pick<EditRow, 'base' | 'version'> & { size: number | null }, { approvalId: string; path: string }>(
  'runs.read-edit',
  'select base, version, octet_length(content) as size from approval_edits where approval_id = $approvalId and path = $path',
);

/** @param from counts bytes from 1 */
export const selectPieceOfEdit = statement<Pick<EditRow, 'content'>, { approvalId: string; path: string; from: number; length: number }>(
  'runs.read-piece-of-edit',
  'select substring(content from $from for $length) as content from approval_edits where approval_id = $approvalId and path = $path',
  { timeout: 15_000 },
);

/** @param maxAll bytes of all contents */
export const selectEdits = statement<
  EditRow,
  { approvalId: string; path: string | null; from: number; maxBytes: number; maxAll: number; limit: number }
>(
  'runs.read-edits',
  `select path, base, version, case when size <= $maxBytes and sum(size) over (order by place) <= $maxAll then content end as content
   from (
     select place, path, base, version, content, octet_length(content) as size from approval_edits
     where approval_id = $approvalId and ($path::text is null or path = $path) order by place offset $from limit $limit
   ) e
   order by place`,
  { timeout: 15_000 },
);
