import * as z from 'zod';
import { author, fileDiff } from '#features/files/contract.ts';
import { storedPath } from '#features/files/path.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { actingRole } from '#features/policies/policy.ts';
import { endpointsOf, fromZero, id, instant } from '#wire/contract.ts';
import { originKind } from './contract.ts';
import { steering } from './four-eyes.ts';
import { texts } from './input-texts.ts';

const endpoint = endpointsOf('Approvals');

/** `tool_call`: needs a person's approval before it is executed · `budget`: one is used up · the others: see a run's questions. */
export const approvalKind = z.enum(['tool_call', 'budget', 'repeated_call', 'unknown_outcome']);
export type ApprovalKind = z.infer<typeof approvalKind>;

/** `expired`: not answered in time, which rejects it · `withdrawn`: the run was stopped, or a person sent it a message instead. */
const approvalStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'withdrawn']);
export type ApprovalStatus = z.infer<typeof approvalStatus>;

/** Paths named in an approval; the rest are only counted. */
export const MAX_NAMED_PATHS = 100;
/** Bytes of input included in a list; longer input comes with the approval itself. */
export const MAX_LISTED_INPUT = 16_000;
const MAX_NOTE = 2000;

const person = z.object({ id: id.nullable(), name: z.string() });

/** A request to a person about one thing a run wants to do. */
export const approval = z
  .object({
    id,
    organizationId: id,
    projectId: id,
    projectName: z.string(),
    runId: id,
    run: z.object({
      title: z.string(),
      level: autonomyLevel,
      /** The person the run works for. */
      startedBy: person,
      origin: z.object({ kind: originKind, id: id.nullable(), name: z.string().nullable() }),
    }),
    kind: approvalKind,
    /** Null if it is not about a tool call. */
    callId: z.string().nullable(),
    tool: z.string(),
    /** The tool server that provides the tool. */
    server: z.string().nullable(),
    /** Input of the tool; for a `budget`: the amount used, and the amount it is raised by. */
    input: z.unknown(),
    /** Lists leave out long input. */
    inputLeftOut: z.boolean(),
    reason: z.string(),
    /** The paths it would change: the first of `pathCount`. */
    paths: z.array(z.string()),
    pathCount: z.int(),
    status: approvalStatus,
    /** Possible answers beyond approve and reject; they are sent as answers to the run. */
    choices: z.array(z.string()),
    askedAt: instant,
    /** When it is rejected automatically; null: never. */
    expiresAt: instant.nullable(),
    decidedAt: instant.nullable(),
    /** Null while it is pending, and if no person resolved it. */
    decidedBy: person.nullable(),
    note: z.string().nullable(),
    /** Approved for all calls like this one in the run. */
    all: z.boolean(),
    /** Hash of exactly what is asked. Approving names it, so nothing else can be approved. */
    hash: z.string(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approval>;
/** The part of an approval that an in-page notification shows. */
export const approvalSummary = approval.pick({
  id: true,
  kind: true,
  tool: true,
  server: true,
  runId: true,
  projectName: true,
  paths: true,
  askedAt: true,
});
export type ApprovalSummary = z.infer<typeof approvalSummary>;

const approvalParams = z.object({ approvalId: id });
export const getApproval = endpoint({
  name: 'getApproval',
  method: 'GET',
  path: '/api/approvals/:approvalId',
  summary:
    'Get an approval, with a line-by-line diff of what it would do to files, and which of them were edited since it was requested (`stale`). `more`: there are more files; pass `from` to get those from that number on. To get the diff of a file that is `too_large` among others, pass its `path`.',
  params: approvalParams,
  query: z.object({ path: storedPath.optional(), from: fromZero(1_000_000) }),
  replies: {
    200: z.object({
      approval,
      files: z.array(fileDiff),
      more: z.boolean(),
      stale: z.array(z.object({ path: z.string(), by: author.nullable(), at: instant.nullable() })),
      /** The lowest role that may resolve it, and whether the current user has it. */
      approvers: actingRole,
      mayDecide: z.boolean(),
      /** How the current user steered the run, where only someone else may approve. */
      needsAnother: steering.optional(),
      /** People who steer the run, also in the note of a rejection, may not approve its requests. */
      fourEyes: z.literal(true).optional(),
    }),
  },
});
export type ShownApproval = z.infer<(typeof getApproval)['replies'][200]>;

export const readApprovalFile = endpoint({
  name: 'readApprovalFile',
  method: 'GET',
  path: '/api/approvals/:approvalId/file',
  summary: 'Read a file’s bytes as they would be after the requested change, or as they were `before` it, for files too large to compare.',
  params: approvalParams,
  query: z.object({ path: storedPath, side: z.enum(['before', 'after']).default('after') }),
  replies: { 200: 'bytes' },
  replyTypes: ['text/plain', 'image/*', 'application/octet-stream'],
});

const note = z
  .string()
  .trim()
  .min(1, { error: () => texts.noNote })
  .max(MAX_NOTE, { error: () => texts.noteTooLong(MAX_NOTE) })
  .refine((text) => text.isWellFormed() && !text.includes('\0'), { error: () => texts.noteNotStorable });

export const decideApproval = endpoint({
  name: 'decideApproval',
  method: 'POST',
  path: '/api/approvals/:approvalId',
  summary:
    'Approve or reject an agent’s request. Approving requires the `hash` of the approval as it was shown; without it: 428 `hash_required`. The first decision counts; 409 says who already decided, or that files were edited in the meantime. `all`: also applies to all calls like this one in its run.',
  params: approvalParams,
  body: z.strictObject({
    decision: z.enum(['approve', 'reject']),
    /** Read by the agent. */
    note: note.optional(),
    all: z.boolean().optional(),
    /** Required to approve. */
    /** Required to approve an `unknown_outcome`: do it once more, treat it as done, or leave it undone (`reject`). */
    choice: z.enum(['retry', 'happened', 'skip']).optional(),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: () => texts.hash })
      .optional(),
  }),
  replies: { 200: z.object({ approval }) },
});
