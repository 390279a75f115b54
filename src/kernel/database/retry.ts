/** Retries what PostgreSQL rolled back because of a conflict. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { busy } from '#kernel/errors.ts';

const MAX_TRIES = 5;
const PAUSE_MS = 15;

/** Serialization failure and deadlock: nothing was committed, and the next try may meet no conflict. */
const isRolledBackForOthers = (error: unknown) => error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01');

/** @throws what `attempt` throws; 503 `busy` if every try met a conflict */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRolledBackForOthers(error)) throw error;
      if (tries === MAX_TRIES) throw busy(1, error);
      // Random, so two that collided do not collide again.
      await sleep(Math.random() * PAUSE_MS * 2 ** tries);
    }
  }
}
