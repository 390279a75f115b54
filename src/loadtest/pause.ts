/** Waiting for the next step: cheap, precise, and ended for all users at once when a run is over. */

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
     * @param goOn checked when woken early
     * @returns how many milliseconds after `due` it woke; undefined if there was nothing to wait for
     */
    async until(due: number, goOn: () => boolean = () => true): Promise<number | undefined> {
      if (performance.now() >= due) return undefined;
      // Timers count whole milliseconds and may fire slightly early.
      for (let rest = due - performance.now(); rest > 0 && !over && goOn(); rest = due - performance.now()) await pause(Math.ceil(rest));
      return Math.max(0, performance.now() - due);
    },
    /** Wakes all users, to check whether they still want to wait. */
    wakeAll,
    /** Wakes all users; from now on, waits end at once. */
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
