/**
 * Counts the bytes that requests and replies in flight keep in this process's memory, and refuses what would be too many. Used for
 * bodies that come in; fit for large replies that go out.
 */
import { busy } from '#kernel/errors.ts';

const RETRY_AFTER_S = 5;

/** What one request holds. */
export interface ByteReservation {
  /** @throws 503 `busy` when these bytes would be too many; they are not counted then */
  reserve(bytes: number): void;
  /** Gives back all it took. May be called more than once. */
  release(): void;
}

/**
 * @param max bytes of all together
 * @param share bytes of one holder, so that nobody can keep everybody else out; half of all without one
 */
export function createByteQuota({ max, share = Math.floor(max / 2) }: { max: number; share?: number }) {
  let total = 0;
  /** Only holders with bytes in flight: who asks decides on the key, and the map must not grow with that. */
  const byOwner = new Map<string, number>();

  function add(owner: string, bytes: number): void {
    total += bytes;
    const reserved = (byOwner.get(owner) ?? 0) + bytes;
    if (reserved > 0) byOwner.set(owner, reserved);
    else byOwner.delete(owner);
  }

  return {
    /** @param owner a person's id, or the address of somebody unknown */
    reserveFor(owner: string): ByteReservation {
      let reserved = 0;
      return {
        reserve(bytes) {
          if (total + bytes > max || (byOwner.get(owner) ?? 0) + bytes > share) throw busy(RETRY_AFTER_S);
          reserved += bytes;
          add(owner, bytes);
        },
        release() {
          add(owner, -reserved);
          reserved = 0;
        },
      };
    },
    /** Bytes in flight. */
    inFlight: () => total,
  };
}
