/**
 * Group commit for events of runs: while statements are in flight, events of other runs queue up and share the next statement. Model output
 * is also gathered by time, since each statement has a cost of its own in PostgreSQL and on every server that it notifies. An idle server
 * stores at once; a server with many runs sends fewer, larger statements.
 */
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { EventData, RunEvent } from '../../events.ts';
import { type Append, type AppendOptions, appendEvents, appendToMany } from './append.ts';

/** Runs per statement. A larger result blocks the process longer; between 150 and 500 the difference was within measurement noise. */
const MAX_BATCH = 250;
/** Statements in flight: one is written to disk while the next is assembled. */
const MAX_STATEMENTS = 2;
/** Milliseconds from one statement with model output to the next, unless that one is full. One run alone stores less often than this. */
const GATHER_MS = 30;

export type Appender = ReturnType<typeof createAppender>;

/** Events to store, or a lazy batch: a function that returns the events when it is their turn. */
export type LazyBatch = EventData[] | (() => EventData[]);
export const flushed = (lazyBatch: LazyBatch): EventData[] => (typeof lazyBatch === 'function' ? lazyBatch() : lazyBatch);

interface Deferred {
  resolve(stored: RunEvent[] | undefined): void;
  reject(error: unknown): void;
}
type Waiting = Omit<Append, 'events'> & { lazyBatch: LazyBatch } & Deferred;
type BatchItem = Append & Deferred;

export function createAppender(db: Database) {
  /** What a run waits for before it continues: goes with the next statement. */
  const urgent = new Set<Waiting>();
  /** Model output: lazy, so it takes along what the model says until its turn. */
  const output = new Set<Waiting>();
  let outputStoredAt = -Infinity;
  let isOutputTimed = false;
  /** Runs in a statement in flight: their next events must follow it. */
  const inFlight = new Set<string>();
  let statements = 0;

  /** Takes waiting entries, at most one per run. */
  function take(waiting: Set<Waiting>, batch: BatchItem[]): void {
    for (const one of waiting) {
      if (batch.length === MAX_BATCH) break;
      if (inFlight.has(one.id)) continue;
      waiting.delete(one);
      const { id, lazyBatch, options, resolve, reject } = one;
      const events = flushed(lazyBatch);
      // The lazy batch is empty: its events went with another entry.
      if (typeof lazyBatch === 'function' && events.length === 0) {
        resolve([]);
        continue;
      }
      inFlight.add(id);
      batch.push({ id, events, options, resolve, reject });
    }
  }

  function takeBatch(): BatchItem[] {
    const batch: BatchItem[] = [];
    take(urgent, batch);
    if (output.size === 0) return batch;
    const now = performance.now();
    const wait = outputStoredAt + GATHER_MS - now;
    if (wait > 0 && output.size < MAX_BATCH) {
      if (!isOutputTimed) setTimeout(storeOutput, wait);
      isOutputTimed = true;
      return batch;
    }
    const before = batch.length;
    take(output, batch);
    if (batch.length > before) outputStoredAt = now;
    return batch;
  }

  function storeOutput(): void {
    isOutputTimed = false;
    storeAll();
  }

  function storeAll(): void {
    while (statements < MAX_STATEMENTS) {
      const batch = takeBatch();
      if (batch.length === 0) return;
      statements++;
      void store(batch).finally(() => {
        statements--;
        storeAll();
      });
    }
  }

  async function store(batch: BatchItem[]): Promise<void> {
    try {
      const stored = await appendToMany(db, batch);
      for (const one of batch) {
        const events = stored.get(one.id);
        // The run was lost, or is locked at the moment: on its own, this append waits only for that lock.
        if (!events) void storeAlone(one);
        else finish(one, () => one.resolve(events));
      }
    } catch (error) {
      // An unavailable database affects all of them. Any other error is caused by one, and must not fail the others.
      const away = error instanceof HttpProblem;
      for (const one of batch) away ? finish(one, () => one.reject(error)) : void storeAlone(one);
    }
  }

  async function storeAlone(one: BatchItem): Promise<void> {
    await appendEvents(db, one.id, one.events, one.options).then(
      (events) => finish(one, () => one.resolve(events)),
      (error) => finish(one, () => one.reject(error)),
    );
    storeAll();
  }

  function finish({ id }: BatchItem, callback: () => void): void {
    inFlight.delete(id);
    callback();
  }

  return {
    /** @returns the events as stored; undefined if they were not accepted (see `AppendOptions`) */
    append: (id: string, lazyBatch: LazyBatch, options: AppendOptions): Promise<RunEvent[] | undefined> =>
      new Promise((resolve, reject) => {
        (typeof lazyBatch === 'function' ? output : urgent).add({ id, lazyBatch, options, resolve, reject });
        storeAll();
      }),
  };
}
