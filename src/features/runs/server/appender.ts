/**
 * Group commit of what runs say: while one statement is under way, the events of further runs gather, and go together in the next.
 * So a quiet server stores at once, and one that works on many runs sends fewer and larger statements.
 */
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { RunEvent } from '../events.ts';
import * as sql from './queries.ts';

/** Runs in one statement. */
const MAX_BATCH = 500;

export type Appender = ReturnType<typeof createAppender>;

interface Waiting extends sql.Append {
  resolve(stored: RunEvent[] | undefined): void;
  reject(error: unknown): void;
}

export function createAppender(db: Database) {
  const waiting = new Set<Waiting>();
  /** Runs that are stored by themselves at the moment. */
  const alone = new Set<string>();
  let storing = false;

  /** Takes what waits, of each run once: what it says next comes after. */
  function takeBatch(): Waiting[] {
    const batch = new Map<string, Waiting>();
    for (const one of waiting) {
      if (batch.size === MAX_BATCH) break;
      if (batch.has(one.id) || alone.has(one.id)) continue;
      batch.set(one.id, one);
      waiting.delete(one);
    }
    return [...batch.values()];
  }

  async function storeAll(): Promise<void> {
    if (storing) return;
    storing = true;
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) await store(batch);
    storing = false;
  }

  async function store(batch: Waiting[]): Promise<void> {
    try {
      const stored = await sql.appendToMany(db, batch);
      for (const one of batch) {
        const events = stored.get(one.id);
        if (events) one.resolve(events);
        // Lost, or held by somebody at this moment: by itself it waits for nobody but that one.
        else void storeAlone(one);
      }
    } catch (error) {
      // The database is away for all of them. Anything else is the fault of one, and the others must not suffer for it.
      const away = error instanceof Refusal;
      for (const one of batch) away ? one.reject(error) : void storeAlone(one);
    }
  }

  async function storeAlone({ id, events, options, resolve, reject }: Waiting): Promise<void> {
    alone.add(id);
    await sql.appendEvents(db, id, events, options).then(resolve, reject);
    alone.delete(id);
    void storeAll();
  }

  return {
    /** @returns the events as they stand in the log; undefined when they were not taken (see `AppendOptions`) */
    append: (id: string, events: sql.Append['events'], options: sql.AppendOptions): Promise<RunEvent[] | undefined> =>
      new Promise((resolve, reject) => {
        waiting.add({ id, events, options, resolve, reject });
        void storeAll();
      }),
  };
}
