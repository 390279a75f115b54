/**
 * Approvals: what runs ask people for. Its hash binds each one to one tool call and to the file edits of that call. An approval is
 * resolved once, and consumed once, in the transaction that executes the call.
 */
import { createHash } from 'node:crypto';
import { type Edit, versionOf } from '#features/files/server/files.ts';
import type { RuleRef } from '#features/policies/gate.ts';
import type { Level } from '#features/policies/policy.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { toJsonb } from '#kernel/database/to-jsonb.ts';
import { publish } from '#kernel/event-bus.ts';
import { texts } from '../texts/log.ts';
import * as sql from './queries.ts';

export type { ApprovalRow } from './queries.ts';

/** Paths stored with an approval; its edits have all of them. */
const MAX_PATHS = 100;

export interface ApprovalRequest {
  id: string;
  organizationId: string;
  projectId: string;
  runId: string;
  kind: sql.ApprovalRow['kind'];
  callId: string | null;
  tool: string;
  /** Digest of the tool definition, for tools of tool servers. */
  digest?: string | undefined;
  server?: string | undefined;
  input: unknown;
  /** Why the run asks, for people. */
  reason: string;
  rule: RuleRef | null;
  choices: string[];
  edits: readonly Edit[];
  /** Result for the run’s log once the edits are applied. */
  outcome: sql.ApprovalRow['outcome'];
  /** Undefined: it never expires. */
  expireAfterHours: number | undefined;
}

interface Resolution {
  by?: string | null;
  /** Highest level at which schedules and triggers of the resolving person may start runs. */
  level?: Level | null;
  note?: string | null;
  all?: boolean;
}

/** SHA-256 of the request, independent of the order of object members. */
function hashOf({ tool, digest, input, edits }: Pick<ApprovalRequest, 'tool' | 'digest' | 'input' | 'edits'>): string {
  const effects = edits.map(({ path, base, content }) => [path, base, versionOf(content)]);
  return createHash('sha256')
    .update(JSON.stringify([tool, sortMembers(input), effects, ...(digest === undefined ? [] : [digest])]))
    .digest('hex');
}

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sortMembers(member)]);
}

/** Short name of a request, such as `edit_file notes.md and 2 more`. */
export const nameRequest = (tool: string, firstPath: string | undefined, pathCount: number): string =>
  texts.request(tool, firstPath, pathCount);

export const approvals = {
  /** Stores the request; the caller sets the run to waiting in the same transaction. */
  ask(tx: Transaction, request: ApprovalRequest): void {
    const { id, organizationId, edits, rule, outcome } = request;
    const paths = edits.map(({ path }) => path);
    tx.withCommit(
      sql.insertApproval(tx, {
        id,
        organizationId,
        projectId: request.projectId,
        runId: request.runId,
        kind: request.kind,
        callId: request.callId,
        tool: request.tool,
        server: request.server ?? null,
        toolDigest: request.digest ?? null,
        input: toJsonb(request.input ?? null),
        hash: hashOf(request),
        reason: request.reason,
        rule: rule && toJsonb(rule),
        choices: request.choices,
        outcome: outcome && toJsonb(outcome),
        paths: paths.slice(0, MAX_PATHS),
        pathCount: paths.length,
        expireAfterHours: request.expireAfterHours ?? null,
      }),
    );
    if (edits.length > 0) tx.withCommit(storeEdits(tx, id, edits));
    tx.withCommit(publish(tx, 'approvals', organizationId));
  },

  find: async (db: Queryable, id: string): Promise<sql.ApprovalRow | undefined> => (await sql.selectApproval(db, { id }))[0],
  pendingOf: async (db: Queryable, runId: string): Promise<sql.ApprovalRow | undefined> => (await sql.selectPending(db, { runId }))[0],

  async editsOf(db: Queryable, id: string): Promise<Edit[]> {
    const rows = await sql.selectEdits(db, { approvalId: id });
    return rows.map(({ path, base, version, content }) => ({ path, base, content: content ?? (version === null ? null : { version }) }));
  },

  /** @returns undefined if it has already been resolved */
  async resolve(
    tx: Transaction,
    { id, organization_id }: Pick<sql.ApprovalRow, 'id' | 'organization_id'>,
    status: 'approved' | 'rejected' | 'expired' | 'withdrawn',
    { by = null, level = null, note = null, all = false }: Resolution = {},
  ): Promise<{ status: sql.ApprovalRow['status']; decided_at: string } | undefined> {
    const [resolved] = await sql.resolveApproval(tx, { id, status, decidedBy: by, note, forAll: all, decidedLevel: level });
    if (resolved) tx.withCommit(publish(tx, 'approvals', organization_id));
    return resolved;
  },

  /**
   * Consumes an approval. @returns who gave it; undefined unless it was given for exactly this call and these edits, and not consumed.
   * A caller that gets undefined must not execute the call.
   */
  async consume(
    tx: Transaction,
    id: string,
    call: Pick<ApprovalRequest, 'tool' | 'digest' | 'input' | 'edits'>,
  ): Promise<{ by: string | null } | undefined> {
    const [consumed] = await sql.consumeApproval(tx, { id, hash: hashOf(call) });
    return consumed && { by: consumed.decided_by };
  },

  /** For a run that is stopped or gets a message and so no longer waits. @returns the withdrawn requests */
  async withdraw(tx: Transaction, runId: string): Promise<{ id: string; name: string }[]> {
    const rows = await sql.withdrawApprovals(tx, { runId });
    for (const { organization_id } of rows) tx.withCommit(publish(tx, 'approvals', organization_id));
    return rows.map(({ id, tool, paths, path_count }) => ({ id, name: nameRequest(tool, paths[0], path_count) }));
  },

  late: async (db: Queryable, limit: number): Promise<string[]> => (await sql.selectLate(db, { limit })).map(({ id }) => id),
};

function storeEdits(tx: Transaction, id: string, edits: readonly Edit[]): Promise<unknown> {
  const contents = edits.map(({ content }) => (content instanceof Buffer ? content : null));
  let end = 0;
  const starts = contents.map((content) => {
    if (content) end += content.length;
    return content && end - content.length;
  });
  return sql.insertEdits(tx, {
    approvalId: id,
    paths: edits.map(({ path }) => path),
    bases: edits.map(({ base }) => base),
    versions: edits.map(({ content }) => versionOf(content)),
    starts,
    sizes: contents.map((content) => content?.length ?? null),
    contents: Buffer.concat(contents.filter((content) => content !== null)),
  });
}
