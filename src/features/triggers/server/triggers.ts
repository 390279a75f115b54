/**
 * Triggers start runs from outside, on a signed webhook or a change of files. A trigger works on behalf of a person, with that person's
 * rights; the event's content is passed to its runs as data. An occurrence is one firing, or one rejected request.
 */
import type { Agents } from '#features/agents/server/agents.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Models } from '#features/models/server/models.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import { MAX_LISTED_TRIGGERS, type Trigger, type TriggerOccurrence } from '#features/triggers/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { createVault } from '#kernel/vault.ts';
import { describeOccurrence, describeTrigger } from './describe.ts';
import { createFileWatch } from './files.ts';
import * as occurrences from './occurrence-queries.ts';
import * as sql from './queries.ts';
import { createSenders } from './senders.ts';
import { createTriggerSettings } from './settings.ts';
import { createTriggerStart } from './start.ts';
import { createUnauthenticatedSenders } from './unauthenticated.ts';
import { createWebhook } from './webhook.ts';

export type Triggers = ReturnType<typeof createTriggers>;

interface Options {
  db: Database;
  log: Log;
  agents: Agents;
  models: Models;
  policies: Policies;
  auditLog: AuditLog;
  runs: Pick<Runs, 'prepare'>;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
  /** If empty, there are no webhooks, since their secrets could not be encrypted. */
  encryptionKeys: readonly string[];
}

export function createTriggers({ db, log, agents, models, policies, auditLog, runs, outgoing, encryptionKeys }: Options) {
  const vault = encryptionKeys.length > 0 ? createVault(encryptionKeys) : undefined;
  const starting = createTriggerStart({ db, auditLog, runs });
  const unauthenticated = createUnauthenticatedSenders({ db });
  const senders = createSenders();
  const watch = createFileWatch({ db, log, starting, outgoing });

  async function find(triggerId: string): Promise<sql.TriggerRow> {
    const [row] = await sql.selectTrigger(db, { id: triggerId });
    if (!row) throw notFound('trigger');
    return row;
  }

  async function describe(rows: readonly sql.TriggerRow[]): Promise<Trigger[]> {
    const ids = rows.map(({ id }) => id);
    const last = new Map((await occurrences.selectLastOccurrences(db, { triggerIds: ids })).map((row) => [row.trigger_id, row]));
    return rows.map((row) => describeTrigger(row, last.get(row.id)));
  }

  return {
    ...createTriggerSettings({ db, agents, models, policies, auditLog, vault }),
    ...createWebhook({ db, log, vault, starting, unauthenticated, senders }),

    /** @throws 404 */
    find,

    async show(triggerId: string): Promise<Trigger> {
      const [trigger] = await describe([await find(triggerId)]);
      if (!trigger) throw notFound('trigger');
      return trigger;
    },

    listOf: async (projectId: string): Promise<Trigger[]> => describe(await sql.selectTriggersOf(db, { projectId })),
    listIn: async (viewerId: string, organizationId: string): Promise<Trigger[]> =>
      describe(await sql.selectTriggersIn(db, { viewerId, organizationId, limit: MAX_LISTED_TRIGGERS })),

    async history(
      triggerId: string,
      before = Number.MAX_SAFE_INTEGER,
      limit: number,
    ): Promise<{ occurrences: TriggerOccurrence[]; more: boolean }> {
      const rows = await occurrences.selectOccurrences(db, { triggerId, before, limit: limit + 1 });
      return { occurrences: rows.slice(0, limit).map(describeOccurrence), more: rows.length > limit };
    },

    /** Starts polling for changed files. */
    start: watch.start,
    cleanUp: async (): Promise<number> => (await occurrences.deleteOldOccurrences(db)).length,
    async close(): Promise<void> {
      await watch.close();
      await unauthenticated.store();
    },
  };
}
