import * as z from 'zod';
import { autonomySwitch, by, ofOrganization } from '#features/policies/contract.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { originKind } from '#features/runs/contract.ts';
import { nextStart } from '#features/schedules/contract.ts';
import { dayUse } from '#features/usage/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';

const endpoint = endpointsOf('Autonomy');

/** Most runs, and most rows of today's usage, in the overview; its counts include all. */
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
  /** Running, or about to run. */
  working: someRuns,
  held: someRuns,
  /** Requests that await a person's resolution. */
  pendingApprovals: z.int(),
  startedToday: z.object({ person: z.int(), schedule: z.int(), trigger: z.int() }),
  usedToday: z.object({ organization: dayUse, projects: z.array(dayUse), users: z.array(dayUse) }),
  next: z.array(nextStart),
});

export type Overview = z.infer<typeof overview>;

export const getAutonomy = endpoint({
  name: 'getAutonomy',
  method: 'GET',
  path: '/api/autonomy',
  summary: 'Get an organization’s autonomy today: runs at work, paused runs, pending approvals, runs started, usage, and upcoming starts.',
  query: ofOrganization,
  replies: { 200: overview },
});
