/**
 * Counts the bytes that requests and responses in flight keep in this process's memory, and rejects those beyond the maximum. Used for
 * request bodies; also fit for large responses.
 */
import { busy } from '#kernel/errors.ts';

const RETRY_AFTER_S = 5;

/** One request's reservation. */
export interface ByteReservation {
  /** @throws 503 `busy` if these bytes exceed the maximum; then they are not counted */
  reserve(bytes: number): void;
  /** Releases everything it reserved. May be called more than once. */
  release(): void;
}

/**
 * @param max bytes of all together
 * @param share maximum bytes of one owner, so no one can crowd out everyone else; by default half of `max`
 */
export function createByteQuota({ max, share = Math.floor(max / 2) }: { max: number; share?: number }) {
  let total = 0;
  /** Only owners with bytes in flight: clients choose the key, and the map must not grow with that. */
  const byOwner = new Map<string, number>();

  function add(owner: string, bytes: number): void {
    total += bytes;
    const reserved = (byOwner.get(owner) ?? 0) + bytes;
    if (reserved > 0) byOwner.set(owner, reserved);
    else byOwner.delete(owner);
  }

  return {
    /** @param owner a person's id, or the address of an unauthenticated client */
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
