/**
 * The fail-fast window. When PostgreSQL hangs, a request may wait for its timeout once and not again with every statement that
 * follows (limits count by themselves and go on): so for a moment after one, all have to be quick. Three of them and the timeout are
 * below 2.5 s. A lock that somebody holds, or a pool that is full, is no reason: there PostgreSQL still answers others.
 */
import type { Heartbeat } from './heartbeat.ts';
import { STATEMENT_TIMEOUT_MS } from './statement.ts';

const FAST_MS = 150;
const WINDOW_MS = 1000;

export function createFailFast(heartbeat: Heartbeat) {
  let until = 0;
  return {
    /** @returns milliseconds that a statement or a connection may take now */
    timeout: (milliseconds = STATEMENT_TIMEOUT_MS) =>
      milliseconds <= STATEMENT_TIMEOUT_MS && performance.now() < until ? FAST_MS : milliseconds,
    /** Something used up its time. */
    noteTimeout(): void {
      if (heartbeat.isSilent()) until = performance.now() + WINDOW_MS;
    },
    noteAnswer(): void {
      until = 0;
      heartbeat.beat();
    },
  };
}
