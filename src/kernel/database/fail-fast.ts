/**
 * The fail-fast window. When PostgreSQL hangs, a request may wait for its timeout once, not again with every following statement (limits
 * count locally and continue): so for a moment after a timeout, all statements get a short one. Three of those and the timeout are below
 * 2.5 s. A locked row or a full pool does not open the window: then PostgreSQL still answers others.
 */
import type { Heartbeat } from './heartbeat.ts';
import { STATEMENT_TIMEOUT_MS } from './statement.ts';
import { MAX_ORDINARY_MS } from './statement-timer.ts';

const FAST_MS = 150;
const WINDOW_MS = 1000;

/** @param isGone whether PostgreSQL answers nobody, as far as that is known: then a request's longer statements are short, too */
export function createFailFast(heartbeat: Heartbeat, isGone: () => boolean) {
  let until = 0;
  const isShort = (milliseconds: number) => milliseconds <= STATEMENT_TIMEOUT_MS || (milliseconds <= MAX_ORDINARY_MS && isGone());
  return {
    /** @returns milliseconds that a statement or a connection may take now */
    timeout: (milliseconds = STATEMENT_TIMEOUT_MS) => (performance.now() < until && isShort(milliseconds) ? FAST_MS : milliseconds),
    /** Something timed out. */
    noteTimeout(): void {
      if (heartbeat.isSilent()) until = performance.now() + WINDOW_MS;
    },
    noteAnswer(): void {
      until = 0;
      heartbeat.beat();
    },
  };
}
