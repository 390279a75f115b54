/** Hashing of passwords: bcrypt, as many at once as there are cores, and behind whatever else the machine has to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { hash, verify } from '@node-rs/bcrypt';
import { busy } from '#kernel/errors.ts';

/** At some 60 ms each, two at a time, the last of these waits 8 s. */
const MAX_WAITING = 256;

/** A tenth of the processor time of a thread that is not nice. At 5, a third, a read beside fifty sign-ins took three times as long. */
const NICENESS = 10;

/**
 * Fifty people who sign in at once keep every core busy for seconds, and who reads meanwhile must not wait in line with them. On
 * Linux each thread has a priority of its own, and libuv's, which hash (and read files), have names. Elsewhere all stay alike.
 */
function letOthersGoFirst(): void {
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').startsWith('libuv-worker')) setPriority(Number(thread), NICENESS);
    }
  } catch {
    // Not Linux, or it is not allowed here.
  }
}

/**
 * @param rounds bcrypt cost: the work doubles with each
 * @param atOnce hashes at the same time in this process; more would fill libuv's four threads, and file reads would wait
 */
export function createPasswords({ rounds, atOnce }: { rounds: number; atOnce: number }) {
  const waiting: (() => void)[] = [];
  let running = 0;
  // What an unknown address is compared with: the same work, so the same time.
  const decoy = hash('nobody has this password', { cost: rounds });
  void decoy.then(letOthersGoFirst);

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
