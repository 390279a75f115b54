/**
 * The timeout of a statement. A request may have longer ones than the ordinary two seconds, to read a large file for instance. They get that
 * time only from a PostgreSQL that answers somebody: if it hangs, they end when the ordinary ones do.
 */
import { STATEMENT_TIMEOUT_MS } from './statement.ts';

/** Milliseconds; what takes longer is a job, which nobody waits for. */
export const MAX_ORDINARY_MS = 15_000;
const WATCH_EVERY_MS = 500;

/**
 * @param timeout milliseconds
 * @param own its own share of them: in a transaction, the statements before it have theirs as well
 * @param isGone whether PostgreSQL answers nobody; asked twice, since this process may have been busy itself
 * @param timeOut called unless cleared before
 * @returns a function that clears it
 */
export function startStatementTimer(timeout: number, own: number, isGone: () => boolean, timeOut: () => void): () => void {
  const isWatched = timeout > STATEMENT_TIMEOUT_MS && own <= MAX_ORDINARY_MS;
  let timer: NodeJS.Timeout | undefined;
  let cleared = false;
  let wasGone = false;

  function wait(left: number, step: number): void {
    // A response that arrived while this process was busy is read before the timeout applies.
    timer = setTimeout(() => setImmediate(look, left - step), step);
  }
  function look(left: number): void {
    if (cleared) return;
    const gone = isWatched && isGone();
    if (left <= 0 || (gone && wasGone)) return timeOut();
    wasGone = gone;
    wait(left, Math.min(left, WATCH_EVERY_MS));
  }
  wait(timeout, isWatched ? STATEMENT_TIMEOUT_MS - WATCH_EVERY_MS : timeout);
  return () => {
    cleared = true;
    clearTimeout(timer);
  };
}
