/**
 * Works on runs. A queued run is taken up by whichever server is first; from then on the number of its fence must be named by
 * who writes, so a server that lost a run cannot write any more. The runs of a server that died are queued again by the others,
 * who see at once that its liveness lock is gone.
 */
import { type EventBus, publish } from '#kernel/event-bus.ts';
import { DEPARTED, GIVE_BACK, HELD, LostRun, STOPPED } from '../log/claimed-run.ts';
import * as sql from '../queries.ts';
import { type Work, workOn } from './work.ts';

/** Runs one process works on at the same time; more wait in the queue. */
const MAX_RUNS = 1000;
const LOOK_EVERY_MS = 1000;
/** Several servers look, so that each need not often. */
const EXPIRE_EVERY_MS = 5000;

interface Options extends Work {
  eventBus: EventBus;
  /** Rejects what nobody has decided in time. */
  expire(): Promise<void>;
  /** Lets runs go on whose tools have been looked at. */
  release(): Promise<void>;
}

export function createWorker({ eventBus, expire, release, ...work }: Options) {
  const { db, log } = work;
  const working = new Map<string, { stop: AbortController; done: Promise<void> }>();
  let timer: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let expiring: Promise<unknown> | undefined;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let closing = false;

  /** Takes up what is queued, as far as there is room. */
  function look(): void {
    if (closing) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = takeUp()
      .catch((error: unknown) => log.debug({ err: error }, 'could not look for queued runs'))
      .finally(() => {
        looking = undefined;
        if (!lookAgain) return;
        lookAgain = false;
        look();
      });
  }

  async function takeUp(): Promise<void> {
    const server = eventBus.serverNumber();
    if (server === 0) return;
    await sql.requeueOrphans(db, { server, working: [...working.keys()] });
    if (working.size > 0) {
      for (const { id, stop_requested, held } of await sql.selectInterrupted(db, { server }))
        working.get(id)?.stop.abort(stop_requested ? STOPPED : held ? HELD : DEPARTED);
    }
    const room = MAX_RUNS - working.size;
    if (room <= 0 || closing) return;
    for (const { id, fence } of await sql.claimRuns(db, { server, limit: room })) {
      const stop = new AbortController();
      const done = workOn({ id, fence }, stop.signal, work)
        .finally(() => {
          // It may have been lost, and taken up here again, while this was letting go of it.
          if (working.get(id)?.stop === stop) working.delete(id);
        })
        .then(look, (error: unknown) => {
          if (!(error instanceof LostRun) && !stop.signal.aborted) log.error({ err: error, run: id }, 'a run was interrupted');
        });
      working.set(id, { stop, done });
    }
  }

  function stopRun(id: string): void {
    working.get(id)?.stop.abort(STOPPED);
  }

  async function giveBack(): Promise<void> {
    const server = eventBus.serverNumber();
    for (const { stop } of working.values()) stop.abort(GIVE_BACK);
    await Promise.all([...working.values()].map(({ done }) => done));
    if (server === 0) return;
    try {
      const runs = await sql.giveBackRuns(db, { server });
      if (runs.length > 0) await publish(db, 'run-queued');
    } catch (error) {
      // Others take them up once our liveness lock is gone, or once the database takes writes again.
      log.debug({ err: error }, 'runs could not be given back');
    }
  }

  eventBus.subscribe('run-queued', look);
  eventBus.subscribe('run-stop', stopRun);
  // Autonomy may have been switched: off, and its runs are let go of; on, and they are taken up again.
  eventBus.subscribe('autonomy', look);
  // Somebody may have left an organization, or lost the role that lets agents work for them.
  eventBus.subscribe('user', look);
  // Our liveness lock went with the connection, so our runs are anybody's: let go of them.
  eventBus.onReset(() => {
    if (eventBus.serverNumber() === 0) for (const { stop } of working.values()) stop.abort(GIVE_BACK);
    else look();
  });

  return {
    start(): void {
      timer = setInterval(look, LOOK_EVERY_MS);
      expiry = setInterval(() => {
        expiring = Promise.all([
          expire().catch((error: unknown) => log.debug({ err: error }, 'could not reject what nobody decided in time')),
          release().catch((error: unknown) => log.debug({ err: error }, 'could not let runs go on that wait for tools')),
        ]);
      }, EXPIRE_EVERY_MS);
      look();
    },
    count: () => working.size,
    /** Lets go of all runs, so that another server goes on with them at once. */
    async close(): Promise<void> {
      closing = true;
      clearInterval(timer);
      clearInterval(expiry);
      await Promise.all([looking, expiring]);
      await giveBack();
    },
  };
}
