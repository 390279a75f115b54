/** Shows pending versions of agents' instructions with their changes, and accepts them. */

import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Author } from '#features/files/contract.ts';
import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import type { Asker, Files } from '#features/files/server/files.ts';
import { MAX_WAITING, type ProjectInstructions, type WaitingInstructions } from '#features/instructions/contract.ts';
import { type Level, levels, roleForLevel } from '#features/policies/policy.ts';
import { type Policies, type Rules, unattendedLevelOf } from '#features/policies/server/policies.ts';
import { lockProject } from '#features/projects/server/projects.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict, forbidden, noFileAt } from '#kernel/errors.ts';
import { publish } from '#kernel/event-bus.ts';
import { texts as wire } from '#wire/texts.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';
import { rulesOfWriter } from './writer.ts';

interface Options {
  db: Database;
  auditLog: AuditLog;
  files: Pick<Files, 'diffOfEdits'>;
  policies: Pick<Policies, 'rulesFor'>;
}

interface Place {
  organizationId: string;
  projectId: string;
}

export function createInstructionsReview({ db, auditLog, files, policies }: Options) {
  async function read(on: Queryable, projectId: string) {
    const [[needed], [newest]] = await Promise.all([sql.selectNeededLevel(on, { projectId }), sql.selectNewest(on, { projectId })]);
    const level = needed?.level ?? 'off';
    const [accepted] = await sql.selectAccepted(on, { projectId, level });
    return { level, newest, accepted, waits: (newest?.version ?? null) !== (accepted?.version ?? null) };
  }

  return {
    /** In how many projects of each organization a version is pending. */
    countWaiting: (organizationIds: readonly string[]) => sql.countWaiting(db, { organizationIds }),

    async listWaiting(viewerId: string, organizationIds: readonly string[]): Promise<WaitingInstructions[]> {
      const rows = await sql.selectWaiting(db, { viewerId, organizationIds, limit: MAX_WAITING });
      return rows.map((row) => ({
        projectId: row.project_id,
        projectName: row.project_name,
        organizationId: row.organization_id,
        level: row.level,
        newest: describe(row),
      }));
    },

    /** @param asker whose share of the diff threads the comparison uses */
    async show(asker: Asker, userId: string, { organizationId, projectId }: Place): Promise<ProjectInstructions> {
      const [{ level, newest, accepted, waits }, rules] = await Promise.all([
        read(db, projectId),
        policies.rulesFor(organizationId, projectId, userId),
      ]);
      const [base, version] = [accepted?.version ?? null, newest?.version ?? null];
      const edit = { path: INSTRUCTIONS_PATH, base, content: version === null ? null : { version } };
      const [diff = null] = waits ? await files.diffOfEdits(asker, projectId, async () => [edit], { alone: true }) : [];
      return {
        level,
        newest: newest ? describe(newest) : null,
        accepted: accepted
          ? {
              ...describe(accepted),
              acceptedAt: accepted.accepted_at,
              acceptedBy: { id: accepted.accepted_by, name: accepted.accepted_by_name ?? wire.formerMember },
            }
          : null,
        waits,
        mayAccept: mayAccept(rules, level),
        diff,
      };
    },

    /**
     * Holds the project's lock, so the accepted version is the current one. Accepting it twice keeps the first acceptance.
     * @param number of the change that produced the version shown
     * @throws 403 for people who may not have such runs work at that level, 404 if the file never existed, 409 `changed_meanwhile`
     */
    async accept(actor: Actor, { organizationId, projectId }: Place, number: number): Promise<void> {
      await db.transaction(async (tx) => {
        await lockProject(tx, { projectId });
        const [{ level, newest, waits }, [writer]] = await Promise.all([
          read(tx, projectId),
          sql.selectWriter(tx, { projectId, userId: actor.userId }),
        ]);
        const rules = rulesOfWriter(writer);
        if (!mayAccept(rules, level)) throw mayNotAccept(rules, level, organizationId);
        if (!newest) throw noFileAt(INSTRUCTIONS_PATH);
        if (newest.number !== number)
          throw conflict('changed_meanwhile', texts.problems.changedMeanwhile(INSTRUCTIONS_PATH), { number: newest.number });
        const own = unattendedLevelOf(rules);
        if (!waits || !own) return;
        tx.withCommit(sql.insertAccepted(tx, { projectId, number, level: own, userId: actor.userId }));
        const subject = { kind: 'change', id: newest.change_id, name: INSTRUCTIONS_PATH };
        const detail = { number, version: newest.version, level: own };
        tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor, action: 'instructions.accept', subject, detail }));
        tx.withCommit(publish(tx, 'approvals', organizationId));
      });
    },
  };
}

function mayAccept(rules: Pick<Rules, 'role' | 'policies'>, level: Level): boolean {
  const own = unattendedLevelOf(rules);
  return own !== undefined && levels.indexOf(own) >= levels.indexOf(level);
}

function mayNotAccept({ role, policies }: Pick<Rules, 'role' | 'policies'>, level: Level, organizationId: string) {
  const detail = texts.problems.mayNotAccept(level, roleForLevel(policies, level), role);
  return forbidden(detail, 'role_too_small', organizationId);
}

const describe = (row: Awaited<ReturnType<typeof sql.selectNewest>>[number]) => ({
  number: row.number,
  changeId: row.change_id,
  version: row.version,
  at: row.at,
  by: describeAuthor(row),
});

const describeAuthor = ({ user_id, run_id, user_name }: Awaited<ReturnType<typeof sql.selectNewest>>[number]): Author => ({
  kind: run_id ? 'run' : 'person',
  userId: user_id,
  runId: run_id,
  name: user_name ?? wire.formerMember,
});
