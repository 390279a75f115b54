import * as z from 'zod';
import { author, fileDiff } from '#features/files/contract.ts';
import { storedPath } from '#features/files/path.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { actingRole } from '#features/policies/policy.ts';
import { endpointsOf, fromZero, id, instant } from '#wire/contract.ts';
import { originKind } from './contract.ts';

const endpoint = endpointsOf('Approvals');

/** `tool_call`: it needs somebody's word before it is carried out · `budget`: one is used up · the others: see a run's questions. */
export const approvalKind = z.enum(['tool_call', 'budget', 'repeated_call', 'unknown_outcome']);
export type ApprovalKind = z.infer<typeof approvalKind>;

/** `expired`: nobody answered in time, which rejects · `withdrawn`: the run was stopped, or somebody wrote to it instead. */
const approvalStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'withdrawn']);
export type ApprovalStatus = z.infer<typeof approvalStatus>;

/** Paths that are named in an approval; the rest is counted. */
export const MAX_NAMED_PATHS = 100;
/** Bytes of input that a list tells; a longer one is told with the approval itself. */
export const MAX_LISTED_INPUT = 16_000;
const MAX_NOTE = 2000;

const person = z.object({ id: id.nullable(), name: z.string() });

/** A request to a person about one thing that a run wants to do. */
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
      /** On whose behalf it works. */
      startedBy: person,
      origin: z.object({ kind: originKind, id: id.nullable(), name: z.string().nullable() }),
    }),
    kind: approvalKind,
    /** Null where it is not about a tool call. */
    callId: z.string().nullable(),
    tool: z.string(),
    /** The tool server it belongs to. */
    server: z.string().nullable(),
    /** What the tool is called with; of a `budget`: what was used, and what it is raised by. */
    input: z.unknown(),
    /** A list leaves out what is long. */
    inputLeftOut: z.boolean(),
    reason: z.string(),
    /** What it would change, the first of `pathCount`. */
    paths: z.array(z.string()),
    pathCount: z.int(),
    status: approvalStatus,
    /** What may be answered; beyond approving and rejecting, through the run’s answers. */
    choices: z.array(z.string()),
    askedAt: instant,
    /** When it is rejected by itself; null: never. */
    expiresAt: instant.nullable(),
    decidedAt: instant.nullable(),
    /** Null while it waits, and where nobody decided. */
    decidedBy: person.nullable(),
    note: z.string().nullable(),
    /** Approved for all calls like this one in its run. */
    all: z.boolean(),
    /** Of exactly what is asked. Approving names it, so that nothing else is approved. */
    hash: z.string(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approval>;
/** As much of one as a notification in the page shows. */
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
    'An approval, with what it would do to files line by line, and which of them were edited since it was asked (`stale`). `more`: there are more files; ask for those `from` a number on. A file that is `too_large` among others is shown when it is asked for by its `path`.',
  params: approvalParams,
  query: z.object({ path: storedPath.optional(), from: fromZero(1_000_000) }),
  replies: {
    200: z.object({
      approval,
      files: z.array(fileDiff),
      more: z.boolean(),
      stale: z.array(z.object({ path: z.string(), by: author.nullable(), at: instant.nullable() })),
      /** The smallest role that may decide, and whether who asks has it. */
      approvers: actingRole,
      mayDecide: z.boolean(),
    }),
  },
});
export type ShownApproval = z.infer<(typeof getApproval)['replies'][200]>;

export const readApprovalFile = endpoint({
  name: 'readApprovalFile',
  method: 'GET',
  path: '/api/approvals/:approvalId/file',
  summary: 'The bytes of a file as it would be after what is asked, or as it was `before` it; for what is too large to be compared.',
  params: approvalParams,
  query: z.object({ path: storedPath, side: z.enum(['before', 'after']).default('after') }),
  replies: { 200: 'bytes' },
  replyTypes: ['text/plain', 'image/*', 'application/octet-stream'],
});

const note = z
  .string()
  .trim()
  .min(1, 'Write a note, or leave it out.')
  .max(MAX_NOTE, `A note has at most ${MAX_NOTE.toLocaleString('en')} characters.`)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'The note contains a character that cannot be stored.');

export const decideApproval = endpoint({
  name: 'decideApproval',
  method: 'POST',
  path: '/api/approvals/:approvalId',
  summary:
    'Approve or reject what an agent asks. Approving needs the `hash` of the approval as it was shown; without it: 428 `hash_required`. The first decision counts; 409 tells who decided already, or that files were edited meanwhile. `all`: and all calls like this one in its run.',
  params: approvalParams,
  body: z.strictObject({
    decision: z.enum(['approve', 'reject']),
    /** The agent reads it. */
    note: note.optional(),
    all: z.boolean().optional(),
    /** Needed to approve. */
    /** Of an `unknown_outcome`, and needed to approve one: do it once more, take it as done, or leave it undone (`reject`). */
    choice: z.enum(['retry', 'happened', 'skip']).optional(),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'This is no hash of an approval.')
      .optional(),
  }),
  replies: { 200: z.object({ approval }) },
});
