/**
 * Counts the bytes that requests and replies in flight keep in this process's memory, and refuses what would be too many. Used for
 * bodies that come in; fit for large replies that go out.
 */
import { busy } from '#kernel/errors.ts';

const RETRY_AFTER_S = 5;

/** What one request holds. */
export interface Hold {
  /** @throws 503 `busy` when these bytes would be too many; they are not counted then */
  take(bytes: number): void;
  /** Gives back all it took. May be called more than once. */
  release(): void;
}

/**
 * @param max bytes of all together
 * @param share bytes of one holder, so that nobody can keep everybody else out; half of all without one
 */
export function createByteGate({ max, share = Math.floor(max / 2) }: { max: number; share?: number }) {
  let total = 0;
  /** Only holders with bytes in flight: who asks decides on the key, and the map must not grow with that. */
  const byHolder = new Map<string, number>();

  function add(holder: string, bytes: number): void {
    total += bytes;
    const held = (byHolder.get(holder) ?? 0) + bytes;
    if (held > 0) byHolder.set(holder, held);
    else byHolder.delete(holder);
  }

  return {
    /** @param holder a person's id, or the address of somebody unknown */
    open(holder: string): Hold {
      let held = 0;
      return {
        take(bytes) {
          if (total + bytes > max || (byHolder.get(holder) ?? 0) + bytes > share) throw busy(RETRY_AFTER_S);
          held += bytes;
          add(holder, bytes);
        },
        release() {
          add(holder, -held);
          held = 0;
        },
      };
    },
    /** Bytes in flight. */
    inFlight: () => total,
  };
}
