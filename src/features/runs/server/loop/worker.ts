/**
 * Works on runs. The first server to claim a queued run raises its fence; every write carries the fence, so a server that has lost a
 * run cannot write to it. When a server dies, the others notice at once that its liveness lock is gone, and requeue its runs.
 */
import { createClaimLoop } from '#kernel/claim-loop.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { createPoller } from '#kernel/poller.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { DEPARTED, LostRun, PAUSED, RELEASED, STOPPED } from '../log/claimed-run.ts';
import type { RunQueue } from '../log/run-queue.ts';
import * as sql from './queries.ts';
import { processRun, type Work } from './work.ts';

/** Concurrent runs of one process; more wait in the queue. */
const MAX_RUNS = 1000;
const POLL_EVERY_MS = 1000;
/** Not often, because every server does it. */
const EXPIRE_EVERY_MS = 5000;

interface Options extends Work {
  eventBus: EventBus;
  queue: RunQueue;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
  /** Rejects expired approvals. */
  expire(): Promise<void>;
  /** Releases runs whose tools have been reviewed. */
  release(): Promise<void>;
  tracer: Tracer | undefined;
}

interface Claimed {
  id: string;
  fence: number;
}

export function createWorker({ eventBus, queue, outgoing, expire, release: releaseToolWaits, tracer, ...work }: Options) {
  const { db, log } = work;
  const working = new Map<string, AbortController>();

  /** Maintenance runs once a second, not with every claim. */
  let isMaintenanceDue = true;

  function maintainNow(): void {
    isMaintenanceDue = true;
    loop.wake();
  }

  /** Requeues runs that no server works on, and interrupts runs of this server that may not continue. Never during a claim, whose runs are not known here yet. */
  async function maintain(): Promise<void> {
    if (!isMaintenanceDue) return;
    isMaintenanceDue = false;
    const server = eventBus.serverNumber();
    if (server === 0) return;
    await sql.requeueOrphans(db, { server, working: [...working.keys()] });
    if (working.size === 0) return;
    for (const { id, stop_requested, held } of await sql.selectInterrupted(db, { server }))
      working.get(id)?.abort(stop_requested ? STOPPED : held ? PAUSED : DEPARTED);
  }

  async function process(run: Claimed, stop: AbortController): Promise<void> {
    working.set(run.id, stop);
    const span = tracer?.begin('run', 'internal');
    try {
      await (span && tracer ? tracer.within(span, () => processRun(run, stop.signal, work)) : processRun(run, stop.signal, work));
    } finally {
      span?.end({ 'guildhall.run_id': run.id });
      // The run may have been lost and claimed here again while it was being released.
      if (working.get(run.id) === stop) working.delete(run.id);
    }
    // It may have been interrupted for a stop that a message has withdrawn since: nobody works on it then.
    if (stop.signal.aborted) maintainNow();
  }

  const loop = createClaimLoop<Claimed>({
    log,
    what: 'queued runs',
    everyMs: POLL_EVERY_MS,
    max: MAX_RUNS,
    maintain,
    async claim(capacity) {
      const server = eventBus.serverNumber();
      return server === 0 || outgoing.isHeld() ? [] : sql.claimRuns(db, { server, limit: capacity });
    },
    process,
    onError(error, { id }, stop) {
      if (!(error instanceof LostRun) && !stop.aborted) log.error({ err: error, run: id }, 'a run was interrupted');
    },
    patienceMs: 0,
    closeReason: RELEASED,
  });

  const chores = [
    createPoller({ log, purpose: 'begin maintenance of runs', everyMs: POLL_EVERY_MS, poll: async () => maintainNow() }),
    createPoller({ log, purpose: 'reject what nobody decided in time', everyMs: EXPIRE_EVERY_MS, poll: expire }),
    createPoller({ log, purpose: 'release runs that wait for tools', everyMs: EXPIRE_EVERY_MS, poll: releaseToolWaits }),
  ];

  async function releaseAll(server: number): Promise<void> {
    if (server === 0) return;
    try {
      const runs = await sql.releaseRuns(db, { server });
      if (runs.length > 0) await queue.announceToOthers(db);
    } catch (error) {
      // Other servers claim them once our liveness lock is gone, or once the database accepts writes again.
      log.debug({ err: error }, 'runs could not be released');
    }
  }

  queue.onQueued(loop.wake);
  outgoing.onChange(loop.wake);
  eventBus.subscribe('run-stop', (runId) => working.get(runId)?.abort(STOPPED));
  // The autonomy switch may have changed: off, and its runs are released; on, and they are claimed again.
  eventBus.subscribe('autonomy', maintainNow);
  // A person may have left an organization, or lost the role required to use agents.
  eventBus.subscribe('user', () => {
    if (working.size > 0) maintainNow();
  });
  // Our liveness lock was lost with the connection, so any server may claim our runs: release them.
  eventBus.onReset(() => {
    if (eventBus.serverNumber() === 0) return loop.abort(RELEASED);
    maintainNow();
  });

  return {
    start(): void {
      for (const each of [loop, ...chores]) each.start();
    },
    count: loop.count,
    /** Releases all runs, so that another server continues them at once. */
    async close(): Promise<void> {
      const server = eventBus.serverNumber();
      await Promise.all([loop, ...chores].map((each) => each.close()));
      await releaseAll(server);
    },
  };
}
