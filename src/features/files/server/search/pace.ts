/** The time a search may take, and its turns on the main thread. */
import { createYield } from '#kernel/event-loop.ts';

export interface Pace {
  isOver(): boolean;
  /** Await between two units of work; undefined, which costs nothing, most of the time. @throws the signal's reason */
  rest(): Promise<void> | undefined;
}

export function createPace(milliseconds: number, signal: AbortSignal): Pace {
  const end = performance.now() + milliseconds;
  const letOthers = createYield();
  return {
    isOver: () => performance.now() > end,
    rest: () => letOthers()?.then(() => signal.throwIfAborted()),
  };
}
