/**
 * Limits concurrency, fair by key: of the waiting keys, the one with the fewest running items goes next, and among equals the least
 * recently served. So one key's hundred items delay another's first only by what is already running.
 */
export interface SemaphoreOptions {
  maxConcurrent: number;
  /** Concurrent items of one key; defaults to the limit for all. */
  maxConcurrentPerKey?: number;
  /** Items queued at the same time, of all keys and of one; unlimited if undefined. */
  maxQueued?: number;
  maxQueuedPerKey?: number;
  /** The error for one item too many. @param ofKey whether the key has too many, rather than all keys together */
  queueFull?: (ofKey: boolean) => Error;
}

/** @throws the signal's reason, also while queued, and the error from `queueFull` */
type WithPermit = <T>(key: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

interface Lane {
  working: number;
  /** When it was last served. */
  servedAt: number;
  /** In arrival order. */
  waiting: Set<() => void>;
}

export function createSemaphore(options: SemaphoreOptions): WithPermit {
  const {
    maxConcurrent,
    maxConcurrentPerKey = maxConcurrent,
    maxQueued = Infinity,
    maxQueuedPerKey = Infinity,
    queueFull = () => new Error('too many wait'),
  } = options;
  const lanes = new Map<string, Lane>();
  let working = 0;
  let waiting = 0;
  let served = 0;

  function laneOf(key: string): Lane {
    const existing = lanes.get(key);
    if (existing) return existing;
    // Ranks before those served last, and after those that have waited since.
    const lane = { working: 0, servedAt: served - 0.5, waiting: new Set<() => void>() };
    lanes.set(key, lane);
    return lane;
  }

  function begin(lane: Lane): void {
    working++;
    lane.working++;
    lane.servedAt = ++served;
  }

  function end(key: string, lane: Lane): void {
    working--;
    lane.working--;
    forget(key, lane);
    for (let next = nextLane(); next && working < maxConcurrent; next = nextLane()) {
      const [go] = next.waiting;
      begin(next);
      go?.();
    }
  }

  function forget(key: string, lane: Lane): void {
    if (lane.working === 0 && lane.waiting.size === 0) lanes.delete(key);
  }

  function nextLane(): Lane | undefined {
    let found: Lane | undefined;
    for (const lane of lanes.values()) {
      if (lane.waiting.size === 0 || lane.working >= maxConcurrentPerKey) continue;
      if (!found || lane.working < found.working || (lane.working === found.working && lane.servedAt < found.servedAt)) found = lane;
    }
    return found;
  }

  function wait(key: string, lane: Lane, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        lane.waiting.delete(go);
        waiting--;
        signal.removeEventListener('abort', stop);
      };
      const stop = () => {
        leave();
        forget(key, lane);
        reject(signal.reason);
      };
      const go = () => {
        leave();
        resolve();
      };
      lane.waiting.add(go);
      waiting++;
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  return async function withPermit(key, signal, work) {
    signal.throwIfAborted();
    const lane = laneOf(key);
    if (working < maxConcurrent && lane.working < maxConcurrentPerKey) begin(lane);
    else {
      const ofKey = lane.waiting.size >= maxQueuedPerKey;
      if (ofKey || waiting >= maxQueued) {
        forget(key, lane);
        throw queueFull(ofKey);
      }
      await wait(key, lane, signal);
    }
    try {
      return await work();
    } finally {
      end(key, lane);
    }
  };
}
