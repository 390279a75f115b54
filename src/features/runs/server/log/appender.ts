/**
 * Group commit of what runs say: while statements are under way, the events of further runs gather, and go together in the next.
 * So a quiet server stores at once, and one that works on many runs sends fewer and larger statements.
 */
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { EventData, RunEvent } from '../../events.ts';
import { type Append, type AppendOptions, appendEvents, appendToMany } from './append.ts';

/** Runs in one statement. With more, what one brings back holds up the process longer; 150 to 500 differed less than one run from the next. */
const MAX_BATCH = 250;
/** Under way at the same time: one is written to disk while the other is put together. */
const MAX_STATEMENTS = 2;

export type Appender = ReturnType<typeof createAppender>;

/** Events to be stored, or how to draw those that there are when their turn has come. */
export type Additions = EventData[] | (() => EventData[]);
export const drawn = (additions: Additions): EventData[] => (typeof additions === 'function' ? additions() : additions);

interface Promised {
  resolve(stored: RunEvent[] | undefined): void;
  reject(error: unknown): void;
}
type Waiting = Omit<Append, 'events'> & { additions: Additions } & Promised;
type Taken = Append & Promised;

export function createAppender(db: Database) {
  const waiting = new Set<Waiting>();
  /** Runs that a statement is about: what they say next comes after. */
  const underWay = new Set<string>();
  let statements = 0;

  /** Takes what waits, of each run once. */
  function takeBatch(): Taken[] {
    const batch: Taken[] = [];
    for (const one of waiting) {
      if (batch.length === MAX_BATCH) break;
      if (underWay.has(one.id)) continue;
      waiting.delete(one);
      const { id, additions, options, resolve, reject } = one;
      const events = drawn(additions);
      // All that there was to draw has gone another way.
      if (typeof additions === 'function' && events.length === 0) {
        resolve([]);
        continue;
      }
      underWay.add(id);
      batch.push({ id, events, options, resolve, reject });
    }
    return batch;
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

  async function store(batch: Taken[]): Promise<void> {
    try {
      const stored = await appendToMany(db, batch);
      for (const one of batch) {
        const events = stored.get(one.id);
        // Lost, or held by somebody at this moment: by itself it waits for nobody but that one.
        if (!events) void storeAlone(one);
        else settle(one, () => one.resolve(events));
      }
    } catch (error) {
      // The database is away for all of them. Anything else is the fault of one, and the others must not suffer for it.
      const away = error instanceof Refusal;
      for (const one of batch) away ? settle(one, () => one.reject(error)) : void storeAlone(one);
    }
  }

  async function storeAlone(one: Taken): Promise<void> {
    await appendEvents(db, one.id, one.events, one.options).then(
      (events) => settle(one, () => one.resolve(events)),
      (error) => settle(one, () => one.reject(error)),
    );
    storeAll();
  }

  function settle({ id }: Taken, tell: () => void): void {
    underWay.delete(id);
    tell();
  }

  return {
    /** @returns the events as they stand in the log; undefined when they were not taken (see `AppendOptions`) */
    append: (id: string, additions: Additions, options: AppendOptions): Promise<RunEvent[] | undefined> =>
      new Promise((resolve, reject) => {
        waiting.add({ id, additions, options, resolve, reject });
        storeAll();
      }),
  };
}
