import * as z from 'zod';
import { autonomyLevel } from '#features/agents/budget.ts';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { policy } from './policy.ts';

const endpoint = endpointsOf('Autonomy');

/** Runs, and rows of a day's use, that the overview tells at most; it counts all. */
export const MAX_TOLD = 50;
const MAX_VERSION = 2 ** 31 - 1;

const by = z.object({ id: id.nullable(), name: z.string() });

/** A tool that runs of the organization may use, as far as a policy needs to know it. */
const policyTool = z.object({
  name: z.string(),
  description: z.string(),
  effect: z.enum(['none', 'web', 'project', 'outside']),
  /** The tool server it belongs to; null: Guildhall's own. */
  server: z.string().nullable(),
});
export type PolicyTool = z.infer<typeof policyTool>;

export const autonomySwitch = z
  .object({
    /** Off: autonomous work is held, and none begins. */
    on: z.boolean(),
    /** Null as long as it was never switched. */
    changedAt: instant.nullable(),
    changedBy: by.nullable(),
  })
  .meta({ id: 'AutonomySwitch' });
export type AutonomySwitch = z.infer<typeof autonomySwitch>;

/** A policy as it is stored; version 0 where nobody has said anything yet. */
const stored = { policy, version: z.int(), changedAt: instant.nullable(), changedBy: by.nullable() };
const storedPolicy = z.object(stored);
export type StoredPolicy = z.infer<typeof storedPolicy>;

const organizationPolicy = z.object({ ...stored, switch: autonomySwitch, tools: z.array(policyTool) });
const projectPolicy = z.object({ ...stored, organization: policy, switch: autonomySwitch, tools: z.array(policyTool) });
export type ProjectPolicy = z.infer<typeof projectPolicy>;

const basedOn = z.int().min(0).max(MAX_VERSION);
const ofOrganization = z.object({ organization: id.optional() });

export const getPolicy = endpoint({
  name: 'getPolicy',
  method: 'GET',
  path: '/api/autonomy/policy',
  summary: 'What agents may do in an organization at each level, and the tools that this is about.',
  query: ofOrganization,
  replies: { 200: organizationPolicy },
});

export const putPolicy = endpoint({
  name: 'putPolicy',
  method: 'PUT',
  path: '/api/autonomy/policy',
  summary: 'Replace the policy of an organization. 409 with the one that holds when `basedOn` is not its version.',
  query: ofOrganization,
  body: z.strictObject({ basedOn, policy }),
  replies: { 200: organizationPolicy },
});

export const getProjectPolicy = endpoint({
  name: 'getProjectPolicy',
  method: 'GET',
  path: '/api/projects/:projectId/autonomy-policy',
  summary: 'How a project narrows what its organization allows, and what that is.',
  params: projectParams,
  replies: { 200: projectPolicy },
});

export const putProjectPolicy = endpoint({
  name: 'putProjectPolicy',
  method: 'PUT',
  path: '/api/projects/:projectId/autonomy-policy',
  summary: 'Replace the policy of a project, which only narrows that of its organization; 422 names what would not. 409 as there.',
  params: projectParams,
  body: z.strictObject({ basedOn, policy }),
  replies: { 200: projectPolicy },
});

export const switchAutonomy = endpoint({
  name: 'switchAutonomy',
  method: 'PUT',
  path: '/api/autonomy/switch',
  summary: 'Switch autonomous work of an organization off, at once and on all servers, or on: `confirm` is the organization’s name then.',
  query: ofOrganization,
  body: z.strictObject({ on: z.boolean(), confirm: z.string().max(200).optional() }),
  replies: {
    200: z.object({
      switch: autonomySwitch,
      /** Runs that are held now, or were until now. */
      runs: z.int(),
    }),
  },
});

const overviewRun = z.object({
  id,
  title: z.string(),
  projectId: id,
  projectName: z.string(),
  level: autonomyLevel,
  startedBy: by,
  origin: z.object({ kind: z.enum(['person', 'schedule', 'trigger']), id: id.nullable(), name: z.string().nullable() }),
  changedAt: instant,
});
export type OverviewRun = z.infer<typeof overviewRun>;
const someRuns = z.object({ runs: z.array(overviewRun), count: z.int() });

/** What was used today (UTC) by one of those whose use a policy may bound, and the bound. */
const dayUse = z.object({
  id: id.nullable(),
  name: z.string(),
  tokens: z.int(),
  /** US dollars; null where no price was known. */
  cost: z.number().nullable(),
  budget: z.object({ tokens: z.int().optional(), cost: z.number().optional() }),
  /** A person has raised the budget for today, which counts in `budget`. */
  raised: z.boolean(),
});
export type DayUse = z.infer<typeof dayUse>;

/** A time at which a schedule is due. */
const nextStart = z.object({ scheduleId: id, name: z.string(), projectId: id, projectName: z.string(), at: instant });
export type NextStart = z.infer<typeof nextStart>;

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

export const getAutonomy = endpoint({
  name: 'getAutonomy',
  method: 'GET',
  path: '/api/autonomy',
  summary: 'The autonomy of an organization today: what works, what is held, what waits for people, what was started and used, what comes.',
  query: ofOrganization,
  replies: { 200: overview },
});
