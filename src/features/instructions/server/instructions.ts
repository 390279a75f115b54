/**
 * Which version of a project's AGENTS.md a run uses. A run that a person starts uses the newest. A run that a schedule or trigger starts
 * uses the newest that was written or accepted by a person who, at that time, was allowed to have such runs work at its level. That fact is
 * stored in the transaction that wrote or accepted the version, and never recomputed.
 */

import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { ChangeAuthor, Files, NoteInstructions } from '#features/files/server/files.ts';
import type { Level } from '#features/policies/policy.ts';
import { type Policies, unattendedLevelOf } from '#features/policies/server/policies.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { publish } from '#kernel/event-bus.ts';
import { texts as wire } from '#wire/texts.ts';
import * as sql from './queries.ts';
import { createInstructionsReview } from './review.ts';
import { rulesOfWriter } from './writer.ts';

/** The person whose writing accepts the version, if any: the one who writes it, or who has approved what a run writes. */
async function writerOf(tx: Transaction, projectId: string, { userId, runId, approvalId, accepts }: ChangeAuthor) {
  const [[found], [decider]] = await Promise.all([
    sql.selectWriter(tx, { projectId, userId }),
    approvalId === undefined ? [] : sql.selectDecider(tx, { approvalId }),
  ]);
  const organizationId = found?.organization_id;
  if (runId !== null) return { organizationId, userId: decider?.user_id ?? null, level: decider?.level ?? undefined };
  return { organizationId, userId, level: accepts === false ? undefined : unattendedLevelOf(rulesOfWriter(found)) };
}

/** Records whose writing accepts a version, and notifies that the pending ones may have changed. */
const note: NoteInstructions = async (tx, { projectId, by }) => {
  const { organizationId, userId, level } = await writerOf(tx, projectId, by);
  return (number) => [
    ...(level ? [sql.insertAccepted(tx, { projectId, number, level, userId })] : []),
    ...(organizationId ? [publish(tx, 'approvals', organizationId)] : []),
  ];
};

export type Instructions = ReturnType<typeof createInstructions>;

export interface GivenInstructions {
  /** The version that the run uses; undefined if there is none. */
  given: { number: number; version: string; at: string; by: { name: string; kind: 'person' | 'run' } } | undefined;
  /** A newer version exists that has not been accepted for this run. */
  waits: boolean;
}

interface Options {
  db: Database;
  auditLog: AuditLog;
  files: Files;
  policies: Policies;
}

export function createInstructions(options: Options) {
  options.files.onInstructionsWritten(note);
  return {
    ...createInstructionsReview(options),

    /** @param level of a run started by a schedule or trigger; null for one that a person starts */
    async givenTo(db: Queryable, projectId: string, level: Level | null): Promise<GivenInstructions> {
      const [[newest], [accepted]] = await Promise.all([
        sql.selectNewest(db, { projectId }),
        level === null ? [] : sql.selectAccepted(db, { projectId, level }),
      ]);
      const row = level === null ? newest : accepted;
      const waits = level !== null && (newest?.version ?? null) !== (accepted?.version ?? null);
      if (!row?.version) return { given: undefined, waits };
      const { number, version, at } = row;
      const by = { name: row.user_name ?? wire.formerMember, kind: row.run_id ? ('run' as const) : ('person' as const) };
      return { given: { number, version, at, by }, waits };
    },
  };
}
