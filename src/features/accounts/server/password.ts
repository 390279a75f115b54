/**
 * Hashing of passwords, in Unicode's form NFC: bcrypt, as many at once as there are cores, and behind whatever else the machine has
 * to do. bcrypt reads 72 bytes and ignores the rest, so what is longer is digested first; shorter ones are hashed as ever, so that
 * the version before can still check them.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { hash, verify } from '@node-rs/bcrypt';
import { busy } from '#kernel/errors.ts';

/** Nobody waits longer for a sign-in: beyond this, people are told at once to try again. */
const MAX_WAIT_MS = 8000;
const MAX_WAITING = 256;
/** What a hash takes until some have been timed, and how much one counts. */
const FIRST_GUESS_MS = 60;
const WEIGHT = 0.1;

const BCRYPT_BYTES = 72;
/** Stands before the bcrypt hash of a password that was digested first. */
const DIGESTED = 'hmac-sha384:';

/** A tenth of the processor time of a thread that is not nice. At 5, a third, a read beside fifty sign-ins took three times as long. */
const NICENESS = 10;

/**
 * Fifty people who sign in at once keep every core busy for seconds, and who reads meanwhile must not wait in line with them. On
 * Linux each thread has a priority of its own, and libuv's, which hash (and read files), have names. Elsewhere all stay alike.
 */
function yieldToEventLoop(): void {
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
  let usualMs = FIRST_GUESS_MS;
  // What an unknown address is compared with: the same work, so the same time.
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
      // Hands its place on, or gives it up.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    /** @returns what to store: a bcrypt hash, with a mark in front where the password was digested first */
    async hash(password: string): Promise<string> {
      const text = password.normalize('NFC');
      if (!isLong(text)) return gated(() => hash(text, { cost: rounds, rejectLongPasswords: true }));
      return DIGESTED + (await gated(() => hash(digest(text), { cost: rounds })));
    },
    /** @param stored undefined for an unknown address: takes as long, and is false */
    async verify(password: string, stored: string | undefined): Promise<boolean> {
      const against = stored?.startsWith(DIGESTED) ? stored.slice(DIGESTED.length) : (stored ?? (await decoy));
      let matches = false;
      // As many comparisons for every account, so that the time tells nothing about it.
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

/** 64 characters of base64. Keyed, so that a plain digest of the same password that leaked elsewhere is of no use here. */
const digest = (text: string): string => createHmac('sha384', 'guildhall password').update(text).digest('base64');

/** Passwords used to be hashed as they were typed: those that are not in NFC are still good. */
const spellingsOf = (password: string): string[] => [...new Set([password.normalize('NFC'), password])];
