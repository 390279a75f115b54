/** So many at once; the others wait, first come first served. */
export function createTurns(atOnce: number) {
  // Keeps the order in which they came, and lets go of whoever stops waiting.
  const waiting = new Set<() => void>();
  let working = 0;

  function waitForTurn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        waiting.delete(go);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      waiting.add(go);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Hands the turn on, or gives it up. */
  function giveTurn(): void {
    const [next] = waiting;
    if (!next) working--;
    else {
      waiting.delete(next);
      next();
    }
  }

  /** @throws the signal's reason, also while it waits */
  return async function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (working < atOnce) working++;
    else await waitForTurn(signal);
    try {
      return await work();
    } finally {
      giveTurn();
    }
  };
}
