import * as z from 'zod';
import { approval, approvalKind, approvalSummary } from '#features/runs/approvals-contract.ts';
import { endpointsOf, id } from '#wire/contract.ts';
import { STREAM_PATH } from './stream-path.ts';

const endpoint = endpointsOf('Approvals');

/**
 * Approvals pending in total and for the caller; and projects with a changed AGENTS.md that awaits acceptance, absent if there are none.
 */
const approvalCounts = z.object({ pending: z.int(), mine: z.int(), instructions: z.int().optional() });

export type ApprovalCounts = z.infer<typeof approvalCounts>;

const newest = approvalSummary.nullable();

/**
 * The event `approvals` of the stream, with the newest approvals: of the caller's runs, and of all runs in organizations where they are
 * more than a viewer.
 */
const approvalUpdate = approvalCounts.extend({ newest, newestOfAll: newest });

export type ApprovalUpdate = z.infer<typeof approvalUpdate>;

export const listApprovals = endpoint({
  name: 'listApprovals',
  method: 'GET',
  path: '/api/approvals',
  summary:
    'List agents’ approval requests, newest first, in one organization or in all of the caller’s. `mine`: only those of runs the caller started. `before`: the id of an approval.',
  query: z.object({
    organization: id.optional(),
    status: z.enum(['pending', 'decided', 'all']).default('pending'),
    kind: approvalKind.optional(),
    project: id.optional(),
    run: id.optional(),
    mine: z.enum(['true', 'false']).default('false'),
    before: id.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  replies: { 200: z.object({ approvals: z.array(approval), more: z.boolean(), counts: approvalCounts }) },
});

export const followApprovals = endpoint({
  name: 'followApprovals',
  method: 'GET',
  path: STREAM_PATH,
  summary:
    'Stream server-sent events: `approvals` with the counts, at once and whenever one of the caller’s approvals is requested or resolved; `autonomy` with the organization whose policy or switch changed; `notification` when there is a new in-page notification (GET /api/notifications); `project` when a project’s name or access changed; `user` when the caller’s account or roles may have changed; `hold` while a restore waits to be confirmed, and null once it is.',
  replies: { 200: 'events' },
});
