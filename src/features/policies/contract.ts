import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { policyTool } from '#features/tools/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { policy } from './policy.ts';

const endpoint = endpointsOf('Autonomy');
const MAX_VERSION = 2 ** 31 - 1;

export const by = z.object({ id: id.nullable(), name: z.string() });
export const autonomySwitch = z
  .object({
    /** Off: autonomous work is paused, and none starts. */
    on: z.boolean(),
    /** Null if it was never switched. */
    changedAt: instant.nullable(),
    changedBy: by.nullable(),
  })
  .meta({ id: 'AutonomySwitch' });
export type AutonomySwitch = z.infer<typeof autonomySwitch>;

/** A stored policy; version 0 if none has been saved yet. */
const stored = { policy, version: z.int(), changedAt: instant.nullable(), changedBy: by.nullable() };
const storedPolicy = z.object(stored);
export type StoredPolicy = z.infer<typeof storedPolicy>;

const organizationPolicy = z.object({ ...stored, switch: autonomySwitch, tools: z.array(policyTool) });
export type OrganizationPolicy = z.infer<typeof organizationPolicy>;
const projectPolicy = z.object({ ...stored, organization: policy, switch: autonomySwitch, tools: z.array(policyTool) });
export type ProjectPolicy = z.infer<typeof projectPolicy>;

const basedOn = z.int().min(0).max(MAX_VERSION);
export const ofOrganization = z.object({ organization: id.optional() });

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
