/**
 * Works on runs. A queued run is taken up by whichever server is first; from then on the number of its fence must be named by
 * who writes, so a server that lost a run cannot write any more. The runs of a server that died are queued again by the others,
 * who see at once that its liveness lock is gone.
 */
import type { Models } from '#features/models/server/models.ts';
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import { type Live, publish } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import type { EventData, RunEvent } from '../events.ts';
import { carryOutCall } from './carry-out.ts';
import { instructions } from './instructions.ts';
import { advance, hasUnanswered, type StepOutcome } from './loop.ts';
import * as sql from './queries.ts';
import type { Readers } from './readers.ts';
import type { Tool } from './tools/tool.ts';

/** Runs one process works on at the same time; more wait in the queue. */
const MAX_RUNS = 500;
const LOOK_EVERY_MS = 1000;
/** What a run may use when it names no budget of its own. */
const DEFAULT_BUDGET = { steps: 50, tokens: 2_000_000, minutes: 60 };
const PAGE = 5000;
/** A run that breaks off this often without getting on would do so for ever. */
const MAX_INTERRUPTIONS = 10;

/** Thrown through a step when this server may no longer write to the run. */
class LostRun extends Error {}

interface Options {
  db: Database;
  live: Live;
  log: Log;
  models: Models;
  tools: readonly Tool[];
  readers: Readers;
}

export function createWorker({ db, live, log, models, tools, readers }: Options) {
  const working = new Map<string, { stop: AbortController; done: Promise<void> }>();
  let timer: NodeJS.Timeout | undefined;
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
    const server = live.server();
    if (server === 0) return;
    await sql.requeueOrphans(db, server, [...working.keys()]);
    if (working.size > 0) for (const { id } of await sql.selectStopRequested(db, server)) stopRun(id);
    const room = MAX_RUNS - working.size;
    if (room <= 0 || closing) return;
    for (const { id, fence } of await sql.claimRuns(db, server, room)) {
      const stop = new AbortController();
      const done = work(id, fence, stop.signal)
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

  async function work(id: string, fence: number, stopped: AbortSignal): Promise<void> {
    const [run] = await sql.selectRun(db, id);
    if (!run) return;
    let events: RunEvent[] = [];
    const budget = { ...DEFAULT_BUDGET, ...run.budget };
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(Math.ceil(budget.minutes * 60_000))]);

    async function readOn(): Promise<void> {
      for (;;) {
        const more = await sql.selectEvents(db, id, events.at(-1)?.seq ?? 0, PAGE);
        events = [...events, ...more];
        if (more.length < PAGE) return;
      }
    }

    async function append(added: EventData[], options: Parameters<typeof sql.appendEvents>[3] = {}): Promise<boolean> {
      const stored = await sql.appendEvents(db, id, added, { ...options, fence });
      if (!stored) return false;
      readers.deliver(id, stored);
      return true;
    }

    async function mustAppend(added: EventData[], options?: Parameters<typeof sql.appendEvents>[3]): Promise<void> {
      if (!(await append(added, options))) throw new LostRun();
    }

    /** @returns false when somebody said something meanwhile, and the run goes on */
    const end = (status: 'done' | 'failed'): Promise<boolean> =>
      append([{ type: 'end', data: { status } }], { status, seen: events.at(-1)?.seq ?? 0 });

    /** @returns false when a message came after the request to stop, and the run goes on */
    const endStopped = (): Promise<boolean> => append([{ type: 'end', data: { status: 'stopped' } }], { status: 'stopped' });

    /** Both at once, so that a message comes before them or continues the run. */
    const endFailed = (code: string, message: string): Promise<void> =>
      mustAppend(
        [
          { type: 'error', data: { code, message } },
          { type: 'end', data: { status: 'failed' } },
        ],
        { status: 'failed' },
      );

    async function step(): Promise<StepOutcome> {
      const model = models.open(run?.model ?? '');
      if (!run || !model) {
        await mustAppend([
          {
            type: 'error',
            data: { code: 'model_unknown', message: 'This run’s model is no longer configured here. Start a new run with another one.' },
          },
        ]);
        return 'failed';
      }
      return advance(events, {
        model,
        modelId: run.model,
        instructions,
        tools,
        limits: budget,
        signal,
        begin: (added) => append([added], { seen: events.at(-1)?.seq ?? 0 }),
        append: (added, usage) => mustAppend(added, usage),
        carryOut: async (call) => {
          const stored = await carryOutCall({ db, tools, run, fence, events, call });
          if (!stored) throw new LostRun();
          readers.deliver(id, stored);
          await readOn();
        },
      });
    }

    await readOn();
    if (resumes(events)) {
      if (interruptions(events) >= MAX_INTERRUPTIONS)
        return endFailed('interrupted', `The run was interrupted ${MAX_INTERRUPTIONS} times in a row. Send a message to try again.`);
      await mustAppend([{ type: 'notice', data: { code: 'resumed', message: 'Work goes on after an interruption.' } }]);
      await readOn();
    }
    try {
      for (;;) {
        signal.throwIfAborted();
        const [now] = await sql.selectRun(db, id);
        if (now?.fence !== fence || now.status !== 'running') throw new LostRun();
        if (now.stop_requested && (await endStopped())) return;
        const outcome = await step();
        await readOn();
        if (outcome === 'failed' && events.at(-1)?.type === 'error' && (await end('failed'))) return;
        if (outcome === 'done' && !hasUnanswered(events) && (await end('done'))) return;
        await readOn();
      }
    } catch (error) {
      if (error instanceof LostRun || stopped.reason === GIVE_BACK) throw error;
      // Where it has to go on all the same, it is taken up anew: nobody works on it once this returns.
      if (stopped.aborted) return void (await endStopped());
      if (signal.aborted)
        return endFailed('budget_reached', `The run has worked for its ${budget.minutes} min. Send another message to let it go on.`);
      // The database is away: the run stays ours in its table, and whoever sees it next takes it up again.
      if (error instanceof Refusal && error.status === 503) throw error;
      log.error({ err: error, run: id }, 'a run failed unexpectedly');
      await endFailed('internal', 'Something went wrong on the server; it has been logged. Send a message to try again.');
    }
  }

  async function giveBack(): Promise<void> {
    const server = live.server();
    for (const { stop } of working.values()) stop.abort(GIVE_BACK);
    await Promise.all([...working.values()].map(({ done }) => done));
    if (server === 0) return;
    const runs = await sql.giveBackRuns(db, server);
    if (runs.length > 0) await publish(db, 'run-queued', '');
  }

  live.on('run-queued', look);
  live.on('run-stop', stopRun);
  // Our liveness lock went with the connection, so our runs are anybody's: let go of them.
  live.onReset(() => {
    if (live.server() === 0) for (const { stop } of working.values()) stop.abort(GIVE_BACK);
    else look();
  });

  return {
    start(): void {
      timer = setInterval(look, LOOK_EVERY_MS);
      look();
    },
    /** Says that there is a queued run; faster than waiting for the news of it. */
    look,
    count: () => working.size,
    /** Lets go of all runs, so that another server goes on with them at once. */
    async close(): Promise<void> {
      closing = true;
      clearInterval(timer);
      await looking;
      await giveBack();
    },
  };
}

const GIVE_BACK = new Error('this server gives the run back');
const STOPPED = new Error('a person stopped the run');

/** Did the log break off in the middle of something? */
function resumes(events: RunEvent[]): boolean {
  const last = events.at(-1);
  return last !== undefined && last.type !== 'message' && last.type !== 'end';
}

/** How often it has been taken up again since it last got on. */
function interruptions(events: RunEvent[]): number {
  const since = events.findLastIndex(({ type }) => type === 'message' || type === 'step_end' || type === 'tool_result');
  return events.slice(since + 1).filter((event) => event.type === 'notice' && event.data.code === 'resumed').length;
}
