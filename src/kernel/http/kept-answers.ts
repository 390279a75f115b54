/**
 * Answers kept in memory as ready bytes. Each names the news that end it; while news cannot arrive, nothing is kept. Who has just
 * changed something is not given a kept answer, since the news of it may still be on their way to this server.
 */
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { Live } from '#kernel/live.ts';
import type { ReadyJson } from './send.ts';

/** Bytes; what was asked for longest ago goes first. */
const MAX_BYTES = 32 * 1024 * 1024;
/** A larger one would push out many others. */
const MAX_ANSWER_BYTES = 512 * 1024;
/** A body of JSON and the same compressed. */
const GZIPPED_TOO = 1.25;
/** What an answer takes besides its body: keys, sets, and the entry itself. Measured: 1.7 kB. */
const OVERHEAD_BYTES = 2000;
/** News remembered, to tell whether some came while an answer was made. */
const MAX_RECENT = 4096;

const COOKIE = 'guildhall.changed';
/** News take milliseconds; a connection for news that is half open is noticed within three seconds. */
const NEWS_LATE_S = 5;

export type KeptAnswers = ReturnType<typeof createKeptAnswers>;

/** An answer, and the news that end it as `topic data`. */
interface Entry {
  answer: ReadyJson;
  until: readonly string[];
}

/** @param topics of all news that may end an answer; `*` as their data ends every answer */
export function createKeptAnswers(live: Live, topics: readonly string[]) {
  const entries = new LRUCache<string, Entry>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_ANSWER_BYTES,
    sizeCalculation: ({ answer }) => Math.ceil(answer.body.length * GZIPPED_TOO) + OVERHEAD_BYTES,
    dispose: ({ until }, key) => forget(key, until),
  });
  /** Keys of answers by the news that end them. */
  const keysOf = new Map<string, Set<string>>();
  const recent: string[] = [];
  let arrived = 0;

  function forget(key: string, until: readonly string[]): void {
    for (const end of until) {
      const keys = keysOf.get(end);
      keys?.delete(key);
      if (keys?.size === 0) keysOf.delete(end);
    }
  }

  function receive(end: string): void {
    recent[arrived++ % MAX_RECENT] = end;
    for (const key of [...(keysOf.get(end) ?? [])]) entries.delete(key);
  }

  function clear(): void {
    arrived += MAX_RECENT;
    entries.clear();
  }

  /** Has one of these news arrived since so many had? */
  function hasEnded(until: readonly string[], since: number): boolean {
    if (arrived - since >= MAX_RECENT) return true;
    for (let i = since; i < arrived; i++) if (until.includes(recent[i % MAX_RECENT] ?? '')) return true;
    return false;
  }

  for (const topic of topics) live.on(topic, (data) => (data === '*' ? clear() : receive(`${topic} ${data}`)));
  live.onReset(clear);

  return {
    /** How many news have arrived: asked before anything is read that an answer depends on, such as who asks. */
    arrived: () => arrived,
    find: (key: string): ReadyJson | undefined => (live.connected() ? entries.get(key)?.answer : undefined),
    /** @param since what `arrived` said: an answer whose news came later may be older than they are, and is not kept */
    keep(key: string, { answer, until }: Entry, since: number): void {
      if (hasEnded(until, since) || !live.connected()) return;
      // Small buffers are slices of a shared one of 64 kB, which one of them would keep in memory.
      const body = Buffer.allocUnsafeSlow(answer.body.length);
      answer.body.copy(body);
      entries.set(key, { answer: { ...answer, body }, until });
      // It may have been too large.
      if (!entries.has(key)) return;
      for (const end of until) {
        const keys = keysOf.get(end);
        if (keys) keys.add(key);
        else keysOf.set(end, new Set([key]));
      }
    },
    count: () => entries.size,
  };
}

/** Has this browser changed something lately, on whichever server? Then it reads what is stored. */
export function hasChangedLately(request: Request): boolean {
  return request.headers.cookie?.includes(`${COOKIE}=`) === true;
}

export function noteChange(request: Request, response: Response): void {
  response.append(
    'set-cookie',
    `${COOKIE}=1; Max-Age=${NEWS_LATE_S}; Path=/api; HttpOnly; SameSite=Lax${request.secure ? '; Secure' : ''}`,
  );
}
