import * as z from 'zod';
import { autonomySwitch, by, ofOrganization } from '#features/policies/contract.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { approval, approvalKind, approvalSummary } from '#features/runs/approvals-contract.ts';
import { originKind } from '#features/runs/contract.ts';
import { nextStart } from '#features/schedules/contract.ts';
import { dayUse } from '#features/usage/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';

const autonomyEndpoint = endpointsOf('Autonomy');
const approvalEndpoint = endpointsOf('Approvals');

/** Runs, and rows of a day's use, that the overview tells at most; it counts all. */
export const MAX_TOLD = 50;

const overviewRun = z.object({
  id,
  title: z.string(),
  projectId: id,
  projectName: z.string(),
  level: autonomyLevel,
  startedBy: by,
  origin: z.object({ kind: originKind, id: id.nullable(), name: z.string().nullable() }),
  changedAt: instant,
});

export type OverviewRun = z.infer<typeof overviewRun>;

const someRuns = z.object({ runs: z.array(overviewRun), count: z.int() });

const overview = z.object({
  switch: autonomySwitch,
  /** At work, or about to be. */
  working: someRuns,
  held: someRuns,
  /** Requests that a person has to answer. */
  pendingApprovals: z.int(),
  startedToday: z.object({ person: z.int(), schedule: z.int(), trigger: z.int() }),
  usedToday: z.object({ organization: dayUse, projects: z.array(dayUse), users: z.array(dayUse) }),
  next: z.array(nextStart),
});

export type Overview = z.infer<typeof overview>;

export const getAutonomy = autonomyEndpoint({
  name: 'getAutonomy',
  method: 'GET',
  path: '/api/autonomy',
  summary: 'The autonomy of an organization today: what works, what is held, what waits for people, what was started and used, what comes.',
  query: ofOrganization,
  replies: { 200: overview },
});

/**
 * How many wait: for anybody, and those of who asks; and in how many projects a changed
 * AGENTS.md waits to be accepted, where there are any.
 */
const approvalCounts = z.object({ pending: z.int(), mine: z.int(), instructions: z.int().optional() });

export type ApprovalCounts = z.infer<typeof approvalCounts>;

const newest = approvalSummary.nullable();

/** The event `approvals` of the stream, with what was asked last: of those of who asks, and of all where they may be more than a viewer. */
const approvalNews = approvalCounts.extend({ newest, newestOfAll: newest });

export type ApprovalNews = z.infer<typeof approvalNews>;

export const listApprovals = approvalEndpoint({
  name: 'listApprovals',
  method: 'GET',
  path: '/api/approvals',
  summary:
    'What agents ask, newest first: in one organization, or in all of who asks. `mine`: by runs they started; `before`: the id of an approval.',
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

export const followApprovals = approvalEndpoint({
  name: 'followApprovals',
  method: 'GET',
  path: '/api/approvals/events',
  summary:
    'Server-sent events: `approvals` with the counts, at once and whenever something of who asks is asked or decided; `autonomy` with the organization whose policy or switch changed; `notification` when there is something new in the page (GET /api/notifications).',
  replies: { 200: 'events' },
});
