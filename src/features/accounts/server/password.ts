/** Hashing of passwords: bcrypt, as many at once as there are cores, so that fifty sign-ins slow nobody else's request. */
import { hash, verify } from '@node-rs/bcrypt';
import { busy } from '#kernel/errors.ts';

/** At some 60 ms each, two at a time, the last of these waits 8 s. */
const MAX_WAITING = 256;

/**
 * @param rounds bcrypt cost: the work doubles with each
 * @param atOnce hashes at the same time in this process; more would fill libuv's four threads, and file reads would wait
 */
export function createPasswords({ rounds, atOnce }: { rounds: number; atOnce: number }) {
  const waiting: (() => void)[] = [];
  let running = 0;
  // What an unknown address is compared with: the same work, so the same time.
  const decoy = hash('nobody has this password', { cost: rounds });

  async function gated<T>(work: () => Promise<T>): Promise<T> {
    if (waiting.length >= MAX_WAITING) throw busy(10);
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // Hands its place on, or gives it up.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    hash: (password: string): Promise<string> => gated(() => hash(password, { cost: rounds, rejectLongPasswords: true })),
    /** @param hashed undefined for an unknown address: takes as long, and is false */
    async verify(password: string, hashed: string | undefined): Promise<boolean> {
      const against = hashed ?? (await decoy);
      const matches = await gated(() => verify(password, against));
      // bcrypt compares the first 72 bytes only, and no password is longer.
      return matches && hashed !== undefined && Buffer.byteLength(password) <= 72;
    },
    waiting: () => waiting.length,
  };
}
