/**
 * A run as seen by the server that has claimed it: its log so far, and the only ways to write to it. Every write carries the fence of
 * the claim; once another server has claimed the run with a higher fence, writes from here are rejected.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { EventData, RunEvent } from '../../events.ts';
import type { Goal } from '../../plan.ts';
import { texts } from '../texts/log.ts';
import type { AppendOptions as RunAppendOptions, Spent } from './append.ts';
import type { Appender, LazyBatch } from './appender.ts';
import * as sql from './queries.ts';
import type { Readers } from './readers.ts';
import { endingOf } from './report.ts';
import { addToState, emptyState } from './run-state.ts';

/** Ends a step when this server may no longer write to the run. */
export class LostRun extends Error {}

/** Abort reasons of the worker. */
export const RELEASED = new Error('this server gives the run back');
export const STOPPED = new Error('a person stopped the run');
export const PAUSED = new Error('autonomy was switched off');
export const DEPARTED = new Error('the person it works for may not use agents here any more');

export type ClaimedRun = ReturnType<typeof createClaimedRun>;
type AppendOptions = Omit<RunAppendOptions, 'fence'>;

/** Batch size for reading events. */
const PAGE = 5000;

interface ClaimedRunOptions {
  db: Database;
  appender: Appender;
  readers: Readers;
  id: string;
  fence: number;
  /** If set, each end comes with a report. */
  goal: Goal | null;
}

export function createClaimedRun({ db, appender, readers, id, fence, goal }: ClaimedRunOptions) {
  let state = emptyState;

  async function readNew(): Promise<void> {
    for (;;) {
      const more = await sql.selectEvents(db, { id, after: state.seq, limit: PAGE });
      state = more.reduce(addToState, state);
      if (more.length < PAGE) return;
    }
  }

  /** Applies the events just stored, and any that others stored before them. */
  async function ingest(stored: RunEvent[]): Promise<void> {
    readers.deliver(id, stored);
    if (stored[0]?.seq === state.seq + 1) state = stored.reduce(addToState, state);
    else await readNew();
  }

  async function append(added: LazyBatch, options: AppendOptions = {}): Promise<boolean> {
    const stored = await appender.append(id, added, { ...options, fence });
    if (stored?.length) await ingest(stored);
    return stored !== undefined;
  }

  async function mustAppend(added: LazyBatch, spent?: Spent): Promise<void> {
    if (!(await append(added, { spent }))) throw new LostRun();
  }

  /** @returns false if the log has newer events; they have been read then, and nothing was stored */
  async function appendNext(added: EventData[], options: AppendOptions = {}): Promise<boolean> {
    if (await append(added, { ...options, seen: state.seq })) return true;
    await readNew();
    return false;
  }

  return {
    id,
    fence,
    /** State as of the last event read. */
    state: () => state,
    readNew,
    ingest,
    mustAppend,
    appendNext,
    /** @returns false if a message has arrived, so the run continues */
    end: (status: 'done' | 'failed'): Promise<boolean> => appendNext(endingOf(state, goal, status), { status }),
    /** Pauses until autonomy is switched on again. @returns false if a person has asked to stop it, or it is lost */
    pause: (): Promise<boolean> => append([{ type: 'notice', data: { code: 'held', message: texts.notices.held } }], { status: 'queued' }),
    /** @returns false if a message came after the stop request, so the run continues, or if it must be tried again */
    async endStopped(): Promise<boolean> {
      if (!goal) return append(endingOf(state, goal, 'stopped'), { status: 'stopped' });
      await readNew();
      return appendNext(endingOf(state, goal, 'stopped'), { status: 'stopped' });
    },
    /** Both events in one append, so that a message either comes before them or continues the run. */
    async endFailed(code: string, message: string): Promise<void> {
      const added: EventData[] = [{ type: 'error', data: { code, message } }, ...endingOf(state, goal, 'failed', message)];
      if (!(await append(added, { status: 'failed' }))) throw new LostRun();
    },
  };
}
