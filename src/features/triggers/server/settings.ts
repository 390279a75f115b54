/** Creates, changes and deletes triggers on behalf of people. */
import { v7 as uuid } from 'uuid';
import type { Agents } from '#features/agents/server/agents.ts';
import type { Person } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Models } from '#features/models/server/models.ts';
import { type Policies, requireLevel } from '#features/policies/server/policies.ts';
import { type changeTrigger, type createTrigger, MAX_TRIGGERS } from '#features/triggers/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, invalid, notFound } from '#kernel/errors.ts';
import type { Vault } from '#kernel/vault.ts';
import { createWebhookSecret } from '#kernel/webhook-signature.ts';
import type { BodyOf } from '#wire/contract.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

type NewTrigger = BodyOf<typeof createTrigger>;
type Changes = BodyOf<typeof changeTrigger>;

/** What its runs do. */
type Work = Pick<NewTrigger, 'name' | 'message' | 'level' | 'agentId' | 'model' | 'budget' | 'goal'>;

interface ProjectRef {
  organizationId: string;
  projectId: string;
}

interface Options {
  db: Database;
  agents: Agents;
  models: Models;
  policies: Policies;
  auditLog: AuditLog;
  /** Undefined if the environment has no key to encrypt secrets with. */
  vault: Vault | undefined;
}

const OLD_SECRET_GOOD_FOR = '24 hours';

export function createTriggerSettings({ db, agents, models, policies, auditLog, vault }: Options) {
  function makeSecret(triggerId: string): { secret: string; sealed: Buffer } {
    if (!vault) throw conflict('no_encryption_key', texts.problems.noEncryptionKey);
    const secret = createWebhookSecret();
    return { secret, sealed: vault.seal(secret, triggerId) };
  }

  /** @throws 403 `level_not_allowed`, 404 and 409 for an agent, 422 for a model: anything that would prevent its runs from starting now */
  async function requireStartable(
    actor: Person,
    { organizationId, projectId }: ProjectRef,
    { level, agentId, model }: Work,
  ): Promise<void> {
    try {
      requireLevel(await policies.rulesFor(organizationId, projectId, actor.userId), level);
    } catch (error) {
      const subject = { kind: 'level', id: null, name: level };
      if (error instanceof HttpProblem && error.code === 'level_not_allowed')
        await auditLog.record(db, { organizationId, projectId, actor, action: 'level.refuse', subject });
      throw error;
    }
    if (agentId !== null) await agents.use(organizationId, agentId);
    if (model !== null) await models.choose(organizationId, model);
  }

  return {
    /**
     * @returns its id, and the secret of a webhook, which is returned only here
     * @throws as `requireStartable`; 409 `too_many_triggers`, `no_encryption_key`
     */
    async create(actor: Person, project: ProjectRef, { files, ...work }: NewTrigger): Promise<{ id: string; secret: string | null }> {
      const { organizationId, projectId } = project;
      await requireStartable(actor, project, work);
      const id = uuid();
      const made = files ? undefined : makeSecret(id);
      await db.transaction(async (tx) => {
        const source = { secret: made?.sealed ?? null, path: files?.path ?? null, byRuns: files?.byRuns ?? false };
        const kind = files ? 'files' : 'webhook';
        const [row] = await sql.insertTrigger(tx, { id, projectId, kind, ...source, max: MAX_TRIGGERS, ...valuesOf(work, actor.userId) });
        if (!row) throw conflict('too_many_triggers', texts.problems.tooMany(MAX_TRIGGERS));
        const subject = { kind: 'trigger', id, name: work.name };
        const detail = { kind, level: work.level, ...files };
        tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor, action: 'trigger.create', subject, detail }));
      });
      return { id, secret: made?.secret ?? null };
    },

    /**
     * A change of what its runs do makes them work on the actor's behalf, with the actor's rights. So nobody may have changed the rest since
     * the actor saw it.
     * @throws 404, 409 `changed_meanwhile`, 422, as `create`
     */
    async change(actor: Person, trigger: sql.TriggerRow, { basedOn, ...changes }: Changes): Promise<void> {
      const { id, organization_id: organizationId, project_id: projectId, changed_at: changedAt } = trigger;
      if (basedOn !== undefined && basedOn !== changedAt) throw changedMeanwhile();
      const { name, paused, files, ...work } = changes;
      if (files && trigger.kind !== 'files') throw invalid([{ path: 'files', message: texts.problems.noFiles }]);
      const takesOver = files !== undefined || Object.keys(work).length > 0;
      if (takesOver) await requireStartable(actor, { organizationId, projectId }, changed(workOf(trigger), work));
      await db.transaction(async (tx) => {
        const [row] = await sql.lockTrigger(tx, { id });
        if (!row) throw notFound('trigger');
        if ((takesOver || basedOn !== undefined) && row.changed_at !== changedAt) throw changedMeanwhile();
        const wanted = changed(workOf(row), { ...work, name });
        const pauses = paused ?? row.paused;
        const source = { path: files?.path ?? row.path, byRuns: files?.byRuns ?? row.by_runs };
        const fromNow = files !== undefined || (row.paused && !pauses);
        const userId = takesOver ? actor.userId : row.user_id;
        tx.withCommit(sql.updateTrigger(tx, { id, paused: pauses, ...source, fromNow, ...valuesOf(wanted, userId) }));
        const entry = { organizationId, projectId, actor, subject: { kind: 'trigger', id, name: wanted.name } };
        if (pauses !== row.paused) tx.withCommit(auditLog.record(tx, { ...entry, action: pauses ? 'trigger.pause' : 'trigger.resume' }));
        const detail = { changed: Object.keys(changes).filter((key) => key !== 'paused') };
        if (detail.changed.length > 0) tx.withCommit(auditLog.record(tx, { ...entry, action: 'trigger.change', detail }));
      });
    },

    async remove(actor: Person, { id, name, organization_id: organizationId, project_id: projectId }: sql.TriggerRow): Promise<void> {
      await db.transaction(async (tx) => {
        if ((await sql.deleteTrigger(tx, { id })).length === 0) throw notFound('trigger');
        const subject = { kind: 'trigger', id, name };
        tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor, action: 'trigger.delete', subject }));
      });
    },

    /** @returns the new secret, which is returned only here. @throws 409 `no_webhook`, `no_encryption_key` */
    async renewSecret(actor: Person, trigger: sql.TriggerRow): Promise<string> {
      const { id, name, organization_id: organizationId, project_id: projectId, kind } = trigger;
      if (kind !== 'webhook') throw conflict('no_webhook', texts.problems.noSecret);
      const { secret, sealed } = makeSecret(id);
      await db.transaction(async (tx) => {
        if ((await sql.updateSecret(tx, { id, secret: sealed, oldGoodFor: OLD_SECRET_GOOD_FOR })).length === 0) throw notFound('trigger');
        const entry = { organizationId, projectId, actor, subject: { kind: 'trigger', id, name } };
        tx.withCommit(auditLog.record(tx, { ...entry, action: 'trigger.change', detail: { changed: ['secret'] } }));
      });
      return secret;
    },
  };
}

const changedMeanwhile = () => conflict('changed_meanwhile', texts.problems.changedMeanwhile);

const workOf = ({ name, message, level, agent_id: agentId, model, budget, goal }: sql.WorkRow): Work => ({
  name,
  message,
  level,
  agentId,
  model,
  budget,
  goal,
});

/** Omitted fields keep their values. */
function changed(work: Work, changes: { [K in keyof Work]?: Work[K] | undefined }): Work {
  return { ...work, ...(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Work>) };
}

const valuesOf = ({ name, message, level, agentId, model, budget, goal }: Work, userId: string | null) => ({
  name,
  message,
  level,
  agentId,
  model,
  budget: JSON.stringify(budget),
  goal: goal && JSON.stringify(goal),
  userId,
});
