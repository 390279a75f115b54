/** Runs that need a tool that has changed since an admin turned it on wait until an admin has reviewed it. */
import type { Connections, MissingTool } from '#features/connections/server/connections.ts';
import type { Database } from '#kernel/database/pool.ts';
import { statement } from '#kernel/database/statement.ts';
import { type EventBus, publish } from '#kernel/event-bus.ts';
import type { Log } from '#kernel/log.ts';
import type { Turn } from '../../conversation.ts';
import { appendEvents } from '../log/append.ts';
import { type ClaimedRun, LostRun } from '../log/claimed-run.ts';
import { lockRun } from '../log/queries.ts';
import { TOOLS_CHANGED } from '../log/run-state.ts';
import { texts } from '../texts/log.ts';

const upsertWait = statement<never, { runId: string; organizationId: string; tools: readonly string[]; seq: number }>(
  'runs.upsert-tool-wait',
  `insert into tool_waits (run_id, organization_id, tools, seq) values ($runId, $organizationId, $tools, $seq)
   on conflict (run_id) do update set tools = excluded.tools, seq = excluded.seq`,
);

const selectWaits = statement<{ run_id: string; tools: string[] }, { organizationId: string }>(
  'runs.select-tool-waits',
  'select run_id, tools from tool_waits where organization_id = $organizationId',
);

const selectWaiting = statement<{ organization_id: string }>(
  'runs.select-organizations-of-tool-waits',
  'select distinct organization_id from tool_waits',
);

/** Requeues only runs that still wait; the waits of the others are obsolete anyway. */
const release = statement<{ id: string }, { runIds: readonly string[] }>(
  'runs.release-tool-waits',
  `with released as (delete from tool_waits where run_id = any ($runIds::uuid[]) returning run_id, seq)
   update runs r set status = 'queued', queued_at = now(), changed_at = now()
   from released w where r.id = w.run_id and r.status = 'waiting' and r.last_event = w.seq returning r.id`,
);

interface Waiting {
  db: Database;
  run: { organization_id: string };
  claimed: ClaimedRun;
}

/** @returns false if the log has newer events; they have been read then, and the run does not wait @throws LostRun */
export async function waitForTools({ db, run, claimed }: Waiting, missing: readonly MissingTool[]): Promise<boolean> {
  const { seq } = claimed.state();
  const message = texts.notices.toolsChanged(missing.map(({ reason }) => reason));
  const stored = await db.transaction(async (tx) => {
    const [locked] = await lockRun(tx, { id: claimed.id, fence: claimed.fence });
    if (!locked) throw new LostRun();
    const events = await appendEvents(tx, claimed.id, [{ type: 'notice', data: { code: TOOLS_CHANGED, message } }], {
      fence: claimed.fence,
      seen: seq,
      status: 'waiting',
    });
    const last = events?.at(-1);
    const names = missing.map(({ name }) => name);
    if (last) tx.withCommit(upsertWait(tx, { runId: claimed.id, organizationId: run.organization_id, tools: names, seq: last.seq }));
    return events;
  });
  if (stored) await claimed.ingest(stored);
  else await claimed.readNew();
  return stored !== undefined;
}

/** Whether a person has continued the run without the tools. */
export function continuesWithout(turns: readonly Turn[]): boolean {
  const waited = turns.findLast((turn) => turn.kind === 'notice' && turn.code === TOOLS_CHANGED);
  return waited !== undefined && turns.some((turn) => turn.kind === 'message' && turn.seq > waited.seq);
}

export function createToolWaits({
  db,
  eventBus,
  log,
  connections,
}: {
  db: Database;
  eventBus: EventBus;
  log: Log;
  connections: Connections;
}) {
  /** Releases runs whose tools have been reviewed, turned off or removed. */
  async function releaseOf(organizationId: string): Promise<void> {
    const waits = await selectWaits(db, { organizationId });
    if (waits.length === 0) return;
    const { missing } = await connections.known(organizationId);
    const changed = new Set(missing.filter(({ why }) => why === 'changed').map(({ name }) => name));
    const over = waits.filter(({ tools }) => !tools.some((name) => changed.has(name))).map(({ run_id }) => run_id);
    if (over.length === 0) return;
    const released = await release(db, { runIds: over });
    if (released.length > 0) await publish(db, 'run-queued');
  }

  eventBus.subscribe('connections', (organizationId) => {
    releaseOf(organizationId).catch((error: unknown) => log.debug({ err: error }, 'could not resume runs that wait for tools'));
  });

  return {
    /** Makes up for lost notifications between servers. */
    async release(): Promise<void> {
      for (const { organization_id: id } of await selectWaiting(db)) await releaseOf(id);
    },
  };
}
