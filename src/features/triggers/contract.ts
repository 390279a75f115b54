/** Triggers start runs from outside, on a signed webhook or a change of files. */
import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { projectParams } from '#features/projects/contract.ts';
import { runStatus } from '#features/runs/contract.ts';
import { changedRunSettings, runSettings, shownRunSettings } from '#features/runs/run-settings.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { role } from '#wire/role.ts';
import { triggerPath } from './path.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Triggers');

/** Largest body of a webhook, in bytes. */
export const MAX_WEBHOOK_BYTES = 256 * 1024;
/** Longest chain of triggers, each started by a run of the one before. A trigger past it starts nothing. */
export const MAX_DEPTH = 3;
/** Per project. */
export const MAX_TRIGGERS = 100;
/** Most triggers of an organization in one list. */
export const MAX_LISTED_TRIGGERS = 1000;
/** Most paths that an occurrence names. */
export const MAX_NAMED_PATHS = 100;

const triggerKind = z.enum(['webhook', 'files']);
export type TriggerKind = z.infer<typeof triggerKind>;

/** A firing, or a correctly signed request that was rejected. */
const triggerOccurrence = z
  .object({
    id: z.int(),
    at: instant,
    outcome: z.enum(['started', 'refused']),
    /** Why it was rejected: a stable code, and a sentence. */
    code: z.string().nullable(),
    reason: z.string().nullable(),
    /** Repeats of the same rejection within an hour are counted here instead of recorded. */
    times: z.int(),
    lastAt: instant,
    /** Of a webhook: the sender's message id, and the size of the body in bytes. */
    messageId: z.string().nullable(),
    bytes: z.int().nullable(),
    /** Of files: the first that changed, out of `pathCount`. */
    paths: z.array(z.string()),
    pathCount: z.int(),
    /** Length of the chain of triggers that led here, including this one. */
    depth: z.int(),
    /** Also null if the run has been deleted since. */
    run: z.object({ id, title: z.string(), status: runStatus }).nullable(),
  })
  .meta({ id: 'TriggerOccurrence' });
export type TriggerOccurrence = z.infer<typeof triggerOccurrence>;

const trigger = z
  .object({
    id,
    project: z.object({ id, name: z.string() }),
    kind: triggerKind,
    name: z.string(),
    ...shownRunSettings,
    /** The person on whose behalf, and with whose rights, its runs work: the one who created it or last changed what its runs do. */
    onBehalfOf: z.object({ id: id.nullable(), name: z.string(), role: role.nullable() }),
    pausedAt: instant.nullable(),
    /** Of a webhook: when the previous secret expires, and the number of requests with an invalid signature. */
    webhook: z
      .object({
        /** Where requests go, relative to the address of this Guildhall. */
        address: z.string(),
        oldSecretUntil: instant.nullable(),
        strangers: z.object({ times: z.int(), lastAt: instant }).nullable(),
      })
      .nullable(),
    /** Of files: the path pattern whose changes fire it. */
    files: z.object({ path: z.string(), byRuns: z.boolean() }).nullable(),
    createdAt: instant,
    changedAt: instant,
    lastOccurrence: triggerOccurrence.nullable(),
  })
  .meta({ id: 'Trigger' });
export type Trigger = z.infer<typeof trigger>;

const params = z.object({ triggerId: id });
/** The secret of a webhook, returned only in this response. */
const secret = z.string().nullable();

export const listTriggers = endpoint({
  name: 'listTriggers',
  method: 'GET',
  path: '/api/projects/:projectId/triggers',
  summary: 'List a project’s triggers by name, each with its last occurrence.',
  params: projectParams,
  replies: { 200: z.object({ triggers: z.array(trigger) }) },
});

export const listAllTriggers = endpoint({
  name: 'listAllTriggers',
  method: 'GET',
  path: '/api/triggers',
  summary: 'List an organization’s triggers by name.',
  query: z.object({ organization: id.optional() }),
  replies: { 200: z.object({ triggers: z.array(trigger) }) },
});

export const createTrigger = endpoint({
  name: 'createTrigger',
  method: 'POST',
  path: '/api/projects/:projectId/triggers',
  summary:
    'Create a trigger. `files` names a path or pattern whose changes fire it. Without `files`, it is a webhook, and `secret` is returned only once.',
  params: projectParams,
  body: z.strictObject({
    name: newName(100),
    ...runSettings,
    files: z.strictObject({ path: triggerPath, byRuns: z.boolean().default(false) }).optional(),
  }),
  replies: { 201: z.object({ trigger, secret }) },
});

export const getTrigger = endpoint({
  name: 'getTrigger',
  method: 'GET',
  path: '/api/triggers/:triggerId',
  summary: 'Get a trigger.',
  params,
  replies: { 200: z.object({ trigger }) },
});

export const changeTrigger = endpoint({
  name: 'changeTrigger',
  method: 'PATCH',
  path: '/api/triggers/:triggerId',
  summary:
    'Update the given fields. Changing anything except its name or whether it is paused makes its runs work on the caller’s behalf. Allowed for the person it works for, and for admins.',
  params,
  body: z
    .strictObject({
      /** `changedAt` of the trigger that the change is based on; 409 if it was changed since. */
      basedOn: instant.optional(),
      name: newName(100).optional(),
      ...changedRunSettings,
      paused: z.boolean().optional(),
      /** Of a trigger on files: applies to changes from now on. */
      files: z.strictObject({ path: triggerPath, byRuns: z.boolean() }).optional(),
    })
    .refine(({ basedOn: _, ...changes }) => Object.keys(changes).length > 0, { error: () => texts.nothing }),
  replies: { 200: z.object({ trigger }) },
});

export const deleteTrigger = endpoint({
  name: 'deleteTrigger',
  method: 'DELETE',
  path: '/api/triggers/:triggerId',
  summary: 'Delete a trigger with its history. Runs it started are kept.',
  params,
  replies: { 204: 'empty' },
});

export const renewSecret = endpoint({
  name: 'renewTriggerSecret',
  method: 'POST',
  path: '/api/triggers/:triggerId/secret',
  summary: 'Create a new webhook secret, which is returned only once. The previous secret stays valid for another 24 hours.',
  params,
  replies: { 201: z.object({ trigger, secret: z.string() }) },
});

const OCCURRENCES_PER_PAGE = 50;

export const listTriggerOccurrences = endpoint({
  name: 'listTriggerOccurrences',
  method: 'GET',
  path: '/api/triggers/:triggerId/occurrences',
  summary: 'List a trigger’s occurrences and their outcomes, newest first. They are kept for 30 days. `before`: the id of an occurrence.',
  params,
  query: z.object({
    before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(OCCURRENCES_PER_PAGE),
  }),
  replies: { 200: z.object({ occurrences: z.array(triggerOccurrence), more: z.boolean() }) },
});

export const receiveWebhook = endpoint({
  name: 'receiveWebhook',
  method: 'POST',
  path: '/api/hooks/:triggerId',
  summary:
    'Start a run from a webhook signed according to Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature, or Svix’s names for them; see docs/triggers.md). The run receives the body, of any type and up to 256 KB, as data.',
  params,
  body: 'bytes',
  maxBody: MAX_WEBHOOK_BYTES,
  anyQuery: true,
  replies: { 202: z.object({ runId: id }) },
});
