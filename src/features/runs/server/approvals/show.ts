/** Approvals as people read them: lists of them, one with what it would do, and news while a page is open. */

import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import type { Asker, Edit, Files, Transfers } from '#features/files/server/files.ts';
import { countWaiting as countInstructions } from '#features/instructions/server/queries.ts';
import { roleForApproval } from '#features/policies/policy.ts';
import type { Autonomy } from '#features/policies/server/autonomy.ts';
import {
  type Approval,
  type ApprovalCounts,
  type getApproval,
  type listApprovals,
  MAX_LISTED_INPUT,
  MAX_NAMED_PATHS,
  type readApprovalFile,
  type ShownApproval,
} from '#features/runs/approvals-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound, nothingAt } from '#kernel/errors.ts';
import type { Hold } from '#kernel/http/byte-gate.ts';
import type { QueryOf } from '#wire/contract.ts';
import { atLeast } from '#wire/role.ts';
import * as sql from './show-queries.ts';

/** Files that one answer shows. */
const MAX_FILES = 100;
/** Bytes of a content that is compared, and of all of them: an approval may have 50 MB, and many may look at it. */
const MAX_CONTENT = 1_000_000;
const MAX_CONTENTS = 8_000_000;

interface Options {
  db: Database;
  files: Files;
  transfers: Transfers;
  autonomy: Pick<Autonomy, 'rulesFor'>;
}

export function createApprovalList({ db, files, transfers, autonomy }: Options) {
  async function find(approvalId: string): Promise<Approval> {
    const [row] = await sql.selectApproval(db, approvalId);
    if (!row) throw notFound('approval');
    return describe(row);
  }

  const readEdit = (approvalId: string, path: string) => async (from: number, length: number) =>
    (await sql.selectPieceOfEdit(db, approvalId, path, from + 1, length))[0]?.content ?? undefined;

  return {
    /** @throws 404 */
    find,

    /** The project in which it is asked. @throws 404 */
    async projectOf(approvalId: string): Promise<string> {
      const [row] = await sql.selectProjectOfApproval(db, approvalId);
      if (!row) throw notFound('approval');
      return row.project_id;
    },

    /** @param organizationIds those that are asked for; the counts are of all that waits in them, whatever is listed */
    async list(
      userId: string,
      organizationIds: readonly string[],
      { status, kind, project, run, mine, before, limit }: QueryOf<typeof listApprovals>,
    ): Promise<{ approvals: Approval[]; more: boolean; counts: ApprovalCounts }> {
      const by = mine === 'true' ? userId : null;
      const [rows, waiting, instructions] = await Promise.all([
        sql.selectApprovals[status](
          db,
          organizationIds,
          kind ?? null,
          project ?? null,
          run ?? null,
          by,
          before ?? null,
          limit + 1,
          MAX_LISTED_INPUT,
        ),
        sql.selectWaiting(db, organizationIds),
        countInstructions(db, organizationIds, INSTRUCTIONS_PATH),
      ]);
      const counts = countFor(userId, waiting, instructions);
      return { approvals: rows.slice(0, limit).map(describe), more: rows.length > limit, counts };
    },

    /**
     * What it would do to files as they were when it was asked, and which of them are other ones by now. @throws 404
     * @param asker on whose turn they are compared
     */
    async show(asker: Asker, userId: string, approvalId: string, { path, from }: QueryOf<typeof getApproval>): Promise<ShownApproval> {
      const approval = await find(approvalId);
      const { projectId, organizationId, pathCount } = approval;
      let rows: sql.EditRow[] = [];
      const readEdits = async () => {
        rows = await sql.selectEdits(db, approvalId, path ?? null, from, MAX_CONTENT, MAX_CONTENTS, MAX_FILES + 1);
        return rows.map(toEdit);
      };
      const shown = pathCount === 0 ? [] : await files.diffOfEdits(asker, projectId, readEdits, { alone: path !== undefined });
      const [drift, { role, policies }] = await Promise.all([
        approval.status === 'pending' ? files.drift(projectId, rows.slice(0, MAX_FILES)) : [],
        autonomy.rulesFor(organizationId, projectId, userId),
      ]);
      const approvers = roleForApproval(policies);
      const stale = drift.map(({ path, by, at }) => ({ path, by, at }));
      return {
        approval,
        files: shown,
        more: rows.length > MAX_FILES,
        stale,
        approvers,
        mayDecide: role !== null && atLeast(role, approvers),
      };
    },

    /**
     * A file before what is asked, or after it. @throws 404 where there is none, 503 `busy`
     * @param hold counts what lies in memory for the reader
     */
    async readFile(userId: string, projectId: string, approvalId: string, { path, side }: QueryOf<typeof readApprovalFile>, hold: Hold) {
      const [edit] = await sql.selectEdit(db, approvalId, path);
      const version = side === 'before' ? edit?.base : edit?.version;
      if (!edit || !version) throw nothingAt(path);
      const asked = edit.size === null ? undefined : { path, size: edit.size, read: readEdit(approvalId, path) };
      return transfers.readAll(userId, (side === 'after' && asked) || (await transfers.version(projectId, version, path)), hold);
    },
  };
}

/** A content that was not read is compared by its version, which finds it where the project has it already. */
const toEdit = ({ path, base, version, content }: sql.EditRow): Edit => ({
  path,
  base,
  content: version === null ? null : (content ?? { version }),
});

/** How much waits for somebody, of what waits in their organizations. */
export function countFor(
  userId: string,
  waiting: readonly { user_id: string | null; pending: number }[],
  instructions: readonly { waiting: number }[],
): ApprovalCounts {
  const sum = (rows: typeof waiting) => rows.reduce((total, row) => total + row.pending, 0);
  const mine = sum(waiting.filter((row) => row.user_id === userId));
  const count = instructions.reduce((total, row) => total + row.waiting, 0);
  return { pending: sum(waiting), mine, ...(count > 0 && { instructions: count }) };
}

const FORMER = 'a former member';

function describe(row: sql.ApprovalRow): Approval {
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    projectName: row.project_name,
    runId: row.run_id,
    run: {
      title: row.title,
      level: row.level,
      startedBy: { id: row.user_id, name: row.user_name ?? FORMER },
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
    decidedBy: row.status === 'approved' || row.status === 'rejected' ? { id: row.decided_by, name: row.decider_name ?? FORMER } : null,
    note: row.note,
    all: row.for_all,
    hash: row.hash,
  };
}
