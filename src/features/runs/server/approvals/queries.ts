import type { Change } from '#features/files/contract.ts';
import { insertEvent } from '#features/outbox/server/outbox.ts';
import type { RuleRef } from '#features/policies/gate.ts';
import type { Level } from '#features/policies/policy.ts';
import type { ApprovalKind, ApprovalStatus } from '#features/runs/approvals-contract.ts';
import { statement } from '#kernel/database/statement.ts';
import type { RunEvent } from '../../events.ts';
import type { SteeringEvent } from '../../four-eyes.ts';
import { endedColumns, runEnded } from '../log/run-ended.ts';

export interface ApprovalRow {
  id: string;
  organization_id: string;
  project_id: string;
  run_id: string;
  kind: ApprovalKind;
  call_id: string | null;
  tool: string;
  /** Null for Guildhall's own tools, and for requests older than digests. */
  tool_digest: string | null;
  server: string | null;
  input: unknown;
  hash: string;
  rule: RuleRef | null;
  choices: string[];
  /** The first ones of `path_count`. */
  paths: string[];
  path_count: number;
  /** Result for the run's log, and the kind of change. */
  outcome: (Pick<Change, 'kind'> & { output: string; ok?: boolean; seen?: { path: string; version: string }[] | undefined }) | null;
  status: ApprovalStatus;
  expires_at: string | null;
  /** Expired by the clock of the database. */
  is_late: boolean;
  decided_at: string | null;
  decided_by: string | null;
  decided_by_name: string | null;
  consumed_at: string | null;
}

/** Paths that a notification lists. */
const MAX_NOTIFIED_PATHS = 10;

/** Stores it with the event that notifies people of it. */
export const insertApproval = statement<
  never,
  {
    id: string;
    organizationId: string;
    projectId: string;
    runId: string;
    kind: ApprovalKind;
    callId: string | null;
    tool: string;
    server: string | null;
    toolDigest: string | null;
    input: string;
    hash: string;
    reason: string;
    rule: string | null;
    choices: string[];
    outcome: string | null;
    paths: string[];
    pathCount: number;
    expireAfterHours: number | null;
  }
>(
  'runs.insert-approval',
  `with asked as (
     insert into approvals (id, organization_id, project_id, run_id, kind, call_id, tool, server, tool_digest, input, hash, reason, rule, choices,
       outcome, paths, path_count, expires_at)
     values ($id, $organizationId, $projectId, $runId, $kind, $callId, $tool, $server, $toolDigest, $input::jsonb, $hash, $reason,
       $rule::jsonb, $choices, $outcome::jsonb, $paths, $pathCount,
       now() + $expireAfterHours::float8 * interval '1 hour')
     returning *
   )
   ${insertEvent('approval_asked', {
     from: `asked a join runs r on r.id = a.run_id join projects p on p.id = r.project_id join organizations o on o.id = p.organization_id
       left join users u on u.id = r.user_id`,
     subject: 'a.id',
     occurrence: 'a.id',
     organizationId: 'a.organization_id',
     senderId: 'r.user_id',
     payload: {
       approvalId: 'a.id',
       approvalKind: 'a.kind',
       tool: 'a.tool',
       server: 'a.server',
       reason: 'a.reason',
       paths: `to_jsonb(a.paths[1:${MAX_NOTIFIED_PATHS}])`,
       pathCount: 'a.path_count',
       expiresAt: 'a.expires_at',
       runId: 'r.id',
       run: 'r.title',
       startedBy: 'u.name',
       origin: 'r.origin',
       originName: 'r.origin_name',
       projectId: 'p.id',
       project: 'p.name',
       organization: 'o.name',
     },
     context: {},
   })}`,
);

/** All contents as one value; each edit has a range of it, or null if the project already has the content or the file is deleted. */
export const insertEdits = statement<
  never,
  {
    approvalId: string;
    paths: string[];
    bases: (string | null)[];
    versions: (string | null)[];
    starts: (number | null)[];
    sizes: (number | null)[];
    contents: Buffer;
  }
>(
  'runs.insert-edits',
  `insert into approval_edits (approval_id, place, path, base, version, content)
   select $approvalId, e.place, e.path, e.base, e.version, substring($contents::bytea from e.start + 1 for e.size)
   from unnest($paths::text[], $bases::text[], $versions::text[], $starts::int[], $sizes::int[])
     with ordinality as e (path, base, version, start, size, place)`,
  { timeout: 15_000 },
);

export const selectEdits = statement<
  { path: string; base: string | null; version: string | null; content: Buffer | null },
  { approvalId: string }
>('runs.select-edits', 'select path, base, version, content from approval_edits where approval_id = $approvalId order by place', {
  timeout: 15_000,
});

const columns = `a.id, a.organization_id, a.project_id, a.run_id, a.kind, a.call_id, a.tool, a.tool_digest, a.server, a.input, a.hash, a.rule, a.choices, a.paths, a.path_count, a.outcome,
  a.status, a.expires_at, coalesce(a.expires_at <= now(), false) as is_late, a.decided_at, a.decided_by, u.name as decided_by_name,
  a.consumed_at`;

export const selectApproval = statement<ApprovalRow, { id: string }>(
  'runs.select-approval',
  `select ${columns} from approvals a left join users u on u.id = a.decided_by where a.id = $id`,
);

/** The pending approval of a run. */
export const selectPending = statement<ApprovalRow, { runId: string }>(
  'runs.select-pending',
  `select ${columns} from approvals a left join users u on u.id = a.decided_by where a.run_id = $runId and a.status = 'pending'`,
);

/** No row if it has already been resolved. */
export const resolveApproval = statement<
  { status: ApprovalStatus; decided_at: string },
  { id: string; status: ApprovalStatus; decidedBy: string | null; note: string | null; forAll: boolean; decidedLevel: Level | null }
>(
  'runs.resolve-approval',
  `update approvals set status = $status, decided_at = now(), decided_by = $decidedBy, note = $note, for_all = $forAll,
     decided_level = $decidedLevel
   where id = $id and status = 'pending' returning status, decided_at`,
);

/** No row unless it was approved for exactly this and not consumed. Drops the contents: the project has these versions from now on. */
export const consumeApproval = statement<{ decided_by: string | null }, { id: string; hash: string }>(
  'runs.consume-approval',
  `with consumed as (
     update approvals set consumed_at = now()
     where id = $id and hash = $hash and status = 'approved' and consumed_at is null returning id, decided_by
   ), dropped as (
     update approval_edits e set content = null from consumed where e.approval_id = consumed.id and e.content is not null
   )
   select decided_by from consumed`,
  { timeout: 15_000 },
);

/** Withdraws the pending approvals of a run, which continues without them. */
export const withdrawApprovals = statement<
  Pick<ApprovalRow, 'id' | 'organization_id' | 'tool' | 'paths' | 'path_count'>,
  { runId: string }
>(
  'runs.withdraw-approvals',
  `update approvals set status = 'withdrawn', decided_at = now() where run_id = $runId and status = 'pending'
   returning id, organization_id, tool, paths, path_count`,
);

/** Expired approvals, oldest first. */
export const selectLate = statement<{ id: string }, { limit: number }>(
  'runs.select-late',
  `select id from approvals where status = 'pending' and expires_at <= now() order by expires_at limit $limit`,
);

/** Requeues a waiting run that the transaction has locked. */
export const requeueWaiting = statement<never, { id: string }>(
  'runs.requeue-waiting',
  `update runs set status = 'queued', queued_at = now(), changed_at = now() where id = $id and status = 'waiting'`,
);

/** Ends a waiting run that the transaction has locked. */
export const endWaiting = statement<never, { id: string }>(
  'runs.end-waiting',
  `with ended as (
     update runs r set status = 'failed', changed_at = now() where id = $id and status = 'waiting' returning ${endedColumns('r')}
   )
   ${runEnded('select * from ended')}`,
);

/** Values in the budget replace the previous ones. */
export const raiseRunBudget = statement<never, { id: string; budget: string }>(
  'runs.raise-budget',
  'update runs set budget = budget || $budget::jsonb where id = $id',
);

/** The newest question or answer about a tool call; `superseded` if the run has asked something else since, such as for its budget. */
export const selectQuestion = statement<RunEvent & { superseded: boolean }, { id: string; callId: string }>(
  'runs.select-question',
  `select seq, type, data, at,
     exists (select from run_events n where n.run_id = $id and n.type in ('question', 'pause') and n.seq > e.seq) as superseded
   from run_events e
   where run_id = $id and type in ('question', 'answer') and data ->> 'callId' = $callId order by seq desc limit 1`,
);

/** Events by which accounts may have steered a run, those before a branch included: each kind once for each account. */
export const selectSteering = statement<
  Pick<SteeringEvent, 'type' | 'by' | 'choice'> & { has_note: boolean },
  { runId: string; types: SteeringEvent['type'][] }
>(
  'runs.select-steering',
  `select distinct type, data #>> '{by,id}' as by, data ->> 'choice' as choice, data ->> 'note' is not null as has_note
   from run_events where run_id = $runId and type = any ($types) and data #>> '{by,id}' is not null`,
);
