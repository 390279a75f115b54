/** Approvals as people see them: lists, and a single one with its diffs. */

import type { Asker, Edit, Files, Transfers } from '#features/files/server/files.ts';
import { needsFourEyes, roleForApproval } from '#features/policies/policy.ts';
import { mayApprove, type Policies } from '#features/policies/server/policies.ts';
import {
  type Approval,
  type ApprovalKind,
  type getApproval,
  MAX_LISTED_INPUT,
  MAX_NAMED_PATHS,
  type readApprovalFile,
  type ShownApproval,
} from '#features/runs/approvals-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { noFileAt, notFound } from '#kernel/errors.ts';
import type { ByteReservation } from '#kernel/http/byte-quota.ts';
import type { QueryOf } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import type { FindSteering } from './four-eyes.ts';
import * as sql from './show-queries.ts';

/** Files in one response. */
const MAX_FILES = 100;
/** Bytes compared of one file, and of all together: an approval may have 50 MB and many viewers. */
const MAX_CONTENT = 1_000_000;
const MAX_CONTENTS = 8_000_000;

interface ApprovalFilter {
  status: 'pending' | 'decided' | 'all';
  kind?: ApprovalKind | undefined;
  projectId?: string | undefined;
  runId?: string | undefined;
  /** The person the run works for. */
  startedBy?: string | undefined;
  /** Id of an approval: lists the ones before it. */
  before?: string | undefined;
  limit: number;
}

interface Options {
  db: Database;
  files: Files;
  transfers: Transfers;
  policies: Pick<Policies, 'rulesFor'>;
  findSteering: FindSteering;
}

export function createShownApprovals({ db, files, transfers, policies, findSteering }: Options) {
  const readEdit = (approvalId: string, path: string) => async (from: number, length: number) =>
    (await sql.selectPieceOfEdit(db, { approvalId, path, from: from + 1, length }))[0]?.content ?? undefined;

  return {
    /** Reads an approval with what people see of it. @throws 404 */
    async find(approvalId: string): Promise<sql.ApprovalRow> {
      const [row] = await sql.selectApproval(db, { id: approvalId });
      if (!row) throw notFound('approval');
      return row;
    },

    /** Newest first. */
    async list(viewerId: string, organizationIds: readonly string[], { status, before, limit, ...filter }: ApprovalFilter) {
      const { kind, projectId, runId, startedBy } = filter;
      const rows = await sql.selectApprovals[status](db, {
        viewerId,
        organizationIds,
        kind: kind ?? null,
        projectId: projectId ?? null,
        runId: runId ?? null,
        userId: startedBy ?? null,
        before: before ?? null,
        limit: limit + 1,
        maxInput: MAX_LISTED_INPUT,
      });
      return { approvals: rows.slice(0, limit).map(describeApproval), more: rows.length > limit };
    },

    /** Pending approvals of some organizations, by the person the run works for. */
    waiting: (organizationIds: readonly string[]) => sql.selectWaiting(db, { organizationIds }),

    /** Their number: of this person, and of all others. */
    countPending: (userId: string, organizationIds: readonly string[]) => sql.countPending(db, { userId, organizationIds }),

    /**
     * Diffs against the files as they were when it was asked, and which files have changed since. @throws 404
     * @param asker takes a semaphore turn for the comparison
     */
    async show(asker: Asker, userId: string, row: sql.ApprovalRow, { path, from }: QueryOf<typeof getApproval>): Promise<ShownApproval> {
      const approval = describeApproval(row);
      const { id: approvalId, projectId, organizationId, pathCount } = approval;
      let rows: sql.EditRow[] = [];
      const readEdits = async () => {
        rows = await sql.selectEdits(db, {
          approvalId,
          path: path ?? null,
          from,
          maxBytes: MAX_CONTENT,
          maxAll: MAX_CONTENTS,
          limit: MAX_FILES + 1,
        });
        return rows.map(toEdit);
      };
      const shown = pathCount === 0 ? [] : await files.diffOfEdits(asker, projectId, readEdits, { alone: path !== undefined });
      const [drift, rules] = await Promise.all([
        approval.status === 'pending' ? files.drift(projectId, rows.slice(0, MAX_FILES)) : [],
        policies.rulesFor(organizationId, projectId, userId),
      ]);
      const run = { id: row.run_id, user_id: row.user_id, origin: row.origin };
      const needsAnother = approval.status === 'pending' ? await findSteering(db, rules, run, userId) : undefined;
      const stale = drift.map(({ path, by, at }) => ({ path, by, at }));
      return {
        approval,
        files: shown,
        more: rows.length > MAX_FILES,
        stale,
        approvers: roleForApproval(rules.policies),
        mayDecide: mayApprove(rules),
        ...(needsAnother && { needsAnother }),
        ...(needsFourEyes(rules.policies) && { fourEyes: true as const }),
      };
    },

    /**
     * A file before or after the requested change. @throws 404 if there is none, 503 `busy`
     * @param reservation counts the bytes in memory for the reader
     */
    async readFile(
      userId: string,
      projectId: string,
      approvalId: string,
      { path, side }: QueryOf<typeof readApprovalFile>,
      reservation: ByteReservation,
    ) {
      const [edit] = await sql.selectEdit(db, { approvalId, path });
      const version = side === 'before' ? edit?.base : edit?.version;
      if (!edit || !version) throw noFileAt(path);
      const asked = edit.size === null ? undefined : { path, size: edit.size, read: readEdit(approvalId, path) };
      return transfers.readAll(userId, (side === 'after' && asked) || (await transfers.version(projectId, version, path)), reservation);
    },
  };
}

/** Refers to content that was not read by its version, under which the project may already have it. */
const toEdit = ({ path, base, version, content }: sql.EditRow): Edit => ({
  path,
  base,
  content: version === null ? null : (content ?? { version }),
});

export function describeApproval(row: sql.ApprovalRow): Approval {
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    projectName: row.project_name,
    runId: row.run_id,
    run: {
      title: row.title,
      level: row.level,
      startedBy: { id: row.user_id, name: row.user_name ?? wire.formerMember },
      origin: { kind: row.origin, id: row.origin_id, name: row.origin_name },
    },
    kind: row.kind,
    callId: row.call_id,
    tool: row.tool,
    server: row.server,
    input: row.input,
    inputLeftOut: row.input_left_out,
    reason: row.reason,
    paths: row.paths.slice(0, MAX_NAMED_PATHS),
    pathCount: row.path_count,
    status: row.status,
    choices: row.choices,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    decidedBy:
      row.status === 'approved' || row.status === 'rejected' ? { id: row.decided_by, name: row.decider_name ?? wire.formerMember } : null,
    note: row.note,
    all: row.for_all,
    hash: row.hash,
  };
}
