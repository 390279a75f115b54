/**
 * Hashes passwords, normalized to NFC, with bcrypt: as many at once as there are cores, at a lower priority than other work. bcrypt reads
 * 72 bytes and ignores the rest, so longer passwords are digested first; shorter ones are hashed as before, so the previous version can
 * still check them.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { hash, verify } from '@node-rs/bcrypt';
import { busy } from '#kernel/errors.ts';

/** The longest a sign-in waits: beyond it, people are asked at once to try again later. */
const MAX_WAIT_MS = 8000;
const MAX_WAITING = 256;
/** The assumed duration of a hash until some have been timed, and the weight of each measurement. */
const FIRST_GUESS_MS = 60;
const WEIGHT = 0.1;

const BCRYPT_BYTES = 72;
/** Prefix of a bcrypt hash whose password was digested first. */
const DIGESTED = 'hmac-sha384:';

/** A tenth of the CPU time of a thread at normal priority. At 5 (a third), a read alongside fifty sign-ins took three times as long. */
const NICENESS = 10;

/**
 * Fifty simultaneous sign-ins keep every core busy for seconds, and reads must not queue behind them. On Linux each thread has its own
 * priority, and libuv's threads, which hash (and read files), are named. Elsewhere all keep the same priority.
 */
function yieldToEventLoop(): void {
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').startsWith('libuv-worker')) setPriority(Number(thread), NICENESS);
    }
  } catch {
    // Not Linux, or not permitted here.
  }
}

/**
 * @param rounds bcrypt cost: each one doubles the work
 * @param atOnce concurrent hashes in this process; more would fill libuv's four threads and delay file reads
 */
export function createPasswords({ rounds, atOnce }: { rounds: number; atOnce: number }) {
  const waiting: (() => void)[] = [];
  let running = 0;
  let usualMs = FIRST_GUESS_MS;
  // The hash an unknown address is compared with: the same work, so the same time.
  const decoy = hash('nobody has this password', { cost: rounds });
  void decoy.then(yieldToEventLoop);

  async function gated<T>(work: () => Promise<T>): Promise<T> {
    const waitMs = (waiting.length / atOnce) * usualMs;
    if (waiting.length >= MAX_WAITING || waitMs > MAX_WAIT_MS) throw busy(Math.ceil(waitMs / 1000));
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    const begun = performance.now();
    try {
      return await work();
    } finally {
      usualMs += WEIGHT * (performance.now() - begun - usualMs);
      // Passes the slot on, or frees it.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    /** @returns what to store: a bcrypt hash, with a prefix if the password was digested first */
    async hash(password: string): Promise<string> {
      const text = password.normalize('NFC');
      if (!isLong(text)) return gated(() => hash(text, { cost: rounds, rejectLongPasswords: true }));
      return DIGESTED + (await gated(() => hash(digest(text), { cost: rounds })));
    },
    /** @param stored undefined for an unknown address: takes as long, and returns false */
    async verify(password: string, stored: string | undefined): Promise<boolean> {
      const against = stored?.startsWith(DIGESTED) ? stored.slice(DIGESTED.length) : (stored ?? (await decoy));
      let matches = false;
      // The same number of comparisons for every account, so timing reveals nothing about it.
      for (const text of spellingsOf(password)) {
        const fits = isLong(text) === (stored?.startsWith(DIGESTED) ?? false);
        const same = await gated(() => verify(isLong(text) ? digest(text) : text, against));
        matches ||= fits && same;
      }
      return matches && stored !== undefined;
    },
    waiting: () => waiting.length,
  };
}

const isLong = (text: string): boolean => Buffer.byteLength(text) > BCRYPT_BYTES;

/** 64 characters of base64. Keyed, so a plain digest of the same password leaked elsewhere is useless here. */
const digest = (text: string): string => createHmac('sha384', 'guildhall password').update(text).digest('base64');

/** Passwords used to be hashed as typed: those that are not in NFC still work. */
const spellingsOf = (password: string): string[] => [...new Set([password.normalize('NFC'), password])];
