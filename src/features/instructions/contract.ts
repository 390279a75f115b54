import * as z from 'zod';
import { author, fileDiff } from '#features/files/contract.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';

const endpoint = endpointsOf('Approvals');

/** Most projects with pending instructions in one response. */
export const MAX_WAITING = 100;

/** A version of a project’s AGENTS.md: the change that produced it. */
const version = z.object({
  number: z.int(),
  changeId: id,
  /** SHA-256 of its content; null: the file did not exist. */
  version: z.string().nullable(),
  at: instant,
  by: author,
});

const waiting = z.object({
  projectId: id,
  projectName: z.string(),
  organizationId: id,
  /** The highest level at which schedules and triggers start runs in the project; acceptance is for this level. */
  level: autonomyLevel,
  newest: version,
});
export type WaitingInstructions = z.infer<typeof waiting>;

const projectInstructions = z
  .object({
    level: autonomyLevel,
    /** Null: the file never existed. */
    newest: version.nullable(),
    /** The version that runs of this level use when a schedule or trigger starts them; null: none. */
    accepted: version.extend({ acceptedAt: instant, acceptedBy: z.object({ id: id.nullable(), name: z.string() }) }).nullable(),
    /** The newest version differs and has not been accepted. */
    waits: z.boolean(),
    mayAccept: z.boolean(),
    /** From the accepted to the newest; null if nothing is pending. */
    diff: fileDiff.nullable(),
  })
  .meta({ id: 'ProjectInstructions' });
export type ProjectInstructions = z.infer<typeof projectInstructions>;

export const listWaitingInstructions = endpoint({
  name: 'listWaitingInstructions',
  method: 'GET',
  path: '/api/instructions',
  summary:
    'List up to 100 projects whose AGENTS.md has changed since a person accepted it, newest first, in one organization or in all of the caller’s.',
  query: z.object({ organization: id.optional() }),
  replies: { 200: z.object({ waiting: z.array(waiting) }) },
});

export const getInstructions = endpoint({
  name: 'getInstructions',
  method: 'GET',
  path: '/api/projects/:projectId/instructions',
  summary:
    'Get a project’s newest AGENTS.md, which runs started by a person follow, and the newest accepted one, which runs started by a schedule or trigger follow.',
  params: projectParams,
  replies: { 200: projectInstructions },
});

export const acceptInstructions = endpoint({
  name: 'acceptInstructions',
  method: 'POST',
  path: '/api/projects/:projectId/instructions',
  summary:
    'Let runs started by schedules and triggers follow the newest AGENTS.md. Allowed for callers who may start such runs at `level`. `number`: the change that left the file as it was shown; 409 if it has changed since.',
  params: projectParams,
  body: z.strictObject({ number: z.int().min(1).max(Number.MAX_SAFE_INTEGER) }),
  replies: { 200: projectInstructions },
});
