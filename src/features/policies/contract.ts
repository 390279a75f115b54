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
  summary: 'Get what an organization’s agents may do at each level, and the tools this covers.',
  query: ofOrganization,
  replies: { 200: organizationPolicy },
});

export const putPolicy = endpoint({
  name: 'putPolicy',
  method: 'PUT',
  path: '/api/autonomy/policy',
  summary: 'Replace an organization’s policy. Returns 409 with the current policy if `basedOn` is not its version.',
  query: ofOrganization,
  body: z.strictObject({ basedOn, policy }),
  replies: { 200: organizationPolicy },
});

export const getProjectPolicy = endpoint({
  name: 'getProjectPolicy',
  method: 'GET',
  path: '/api/projects/:projectId/autonomy-policy',
  summary: 'Get how a project narrows what its organization allows, and what the organization allows.',
  params: projectParams,
  replies: { 200: projectPolicy },
});

export const putProjectPolicy = endpoint({
  name: 'putProjectPolicy',
  method: 'PUT',
  path: '/api/projects/:projectId/autonomy-policy',
  summary:
    'Replace a project’s policy, which can only narrow its organization’s; 422 names what would not. Returns 409 with the current policy if `basedOn` is not its version.',
  params: projectParams,
  body: z.strictObject({ basedOn, policy }),
  replies: { 200: projectPolicy },
});
