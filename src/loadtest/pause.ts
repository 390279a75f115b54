/** Waiting for the next step: cheap, exact to the moment, and all at once to an end when a run is over. */

export function createPauses() {
  const waiting = new Map<() => void, NodeJS.Timeout>();
  let over = false;

  function wakeAll(): void {
    for (const [wake, timer] of waiting) {
      clearTimeout(timer);
      wake();
    }
    waiting.clear();
  }

  return {
    /**
     * @param goOn asked when it is woken before its time
     * @returns how many milliseconds after `due` it woke; undefined when there was nothing to wait for
     */
    async until(due: number, goOn: () => boolean = () => true): Promise<number | undefined> {
      if (performance.now() >= due) return undefined;
      // Timers count whole milliseconds and may ring a little early.
      for (let rest = due - performance.now(); rest > 0 && !over && goOn(); rest = due - performance.now()) await pause(Math.ceil(rest));
      return Math.max(0, performance.now() - due);
    },
    /** Wakes everybody, to see whether they still want to wait. */
    wakeAll,
    /** Wakes everybody; from now on nobody waits. */
    end(): void {
      over = true;
      wakeAll();
    },
    over: (): boolean => over,
  };

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        waiting.delete(resolve);
        resolve();
      }, milliseconds);
      waiting.set(resolve, timer);
    });
  }
}
