/**
 * The response cache: responses in memory as ready bytes. A route declares which notifications invalidate its response; while notifications
 * cannot arrive, nothing is cached. A browser that has just changed something gets no cached response, since the notification may still be
 * on its way to this server.
 */
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { EVERY, type IdChannel, isIdChannel } from '#kernel/channels.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { CacheCounts } from '#kernel/shared-metrics.ts';
import type { ReadyJson } from './send.ts';

/** Bytes; the least recently used response is evicted first. */
const MAX_BYTES = 32 * 1024 * 1024;
/** A larger response would evict many others. */
const MAX_REPLY_BYTES = 512 * 1024;
/** The size of a JSON body plus its compressed form. */
const WITH_GZIP_FACTOR = 1.25;
/** Size of a response besides its body: keys, sets, and the entry itself. Measured: 1.7 kB. */
const OVERHEAD_BYTES = 2000;
/** Number of recent notifications remembered, to detect those that arrived while a response was built. */
const MAX_RECENT_EVENTS = 4096;

const CHANGED_COOKIE = 'guildhall.changed';
/** Notifications take milliseconds; a half-open connection is detected within three seconds. */
const NOTIFICATION_LATE_S = 5;

/** How a route's response is cached. Not for reads with a query. */
export interface Caching<S> {
  /** Distinguishes responses of the endpoint: contains the reader, or the resource the path names. */
  key(scope: S): string;
  /** By channel, the ids whose notifications invalidate it: for everything the response shows, and for the right to see it. */
  invalidatedBy: { readonly [C in IdChannel]?: (scope: S) => readonly string[] };
}

/** The parts of a route that the cache reads. */
interface CachedRoute {
  readonly contract: { readonly name: string };
  readonly cache?: Caching<unknown> | undefined;
}

export type ResponseCache = ReturnType<typeof createResponseCache>;

interface Options {
  eventBus: EventBus;
  routes: readonly CachedRoute[];
  counts?: CacheCounts;
}

/** `invalidations`: the notifications that invalidate it, each as `channel id`. */
interface Entry {
  reply: ReadyJson;
  invalidations: readonly string[];
}

/**
 * @param routes all mounted routes: the cache subscribes to the channels that invalidate their responses
 * @param counts to add hits and misses to
 * @throws Error for a route whose response would stay stale: nothing invalidates it, or a channel that does not exist
 */
export function createResponseCache({ eventBus, routes, counts = { hits: 0, misses: 0 } }: Options) {
  const entries = new LRUCache<string, Entry>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_REPLY_BYTES,
    sizeCalculation: ({ reply }) => Math.ceil(reply.body.length * WITH_GZIP_FACTOR) + OVERHEAD_BYTES,
    dispose: ({ invalidations }, key) => unindex(key, invalidations),
  });
  /** Cache keys by the notifications that invalidate them. */
  const keysByEvent = new Map<string, Set<string>>();
  const recent: string[] = [];
  let arrived = 0;

  function unindex(key: string, invalidations: readonly string[]): void {
    for (const invalidation of invalidations) {
      const keys = keysByEvent.get(invalidation);
      keys?.delete(key);
      if (keys?.size === 0) keysByEvent.delete(invalidation);
    }
  }

  function invalidate(invalidation: string): void {
    recent[arrived++ % MAX_RECENT_EVENTS] = invalidation;
    for (const key of [...(keysByEvent.get(invalidation) ?? [])]) entries.delete(key);
  }

  function clear(): void {
    arrived += MAX_RECENT_EVENTS;
    entries.clear();
  }

  /** Whether one of these notifications arrived after the first `since`. */
  function wasInvalidated(invalidations: readonly string[], since: number): boolean {
    if (arrived - since >= MAX_RECENT_EVENTS) return true;
    for (let i = since; i < arrived; i++) if (invalidations.includes(recent[i % MAX_RECENT_EVENTS] ?? '')) return true;
    return false;
  }

  const cachings = new Map(
    routes.flatMap(({ contract, cache }) => {
      if (!cache) return [];
      const channels = channelsOf(contract.name, cache);
      return [[contract.name, { key: cache.key, invalidationsOf: invalidationsBy(cache, channels), channels }] as const];
    }),
  );
  const channels = new Set([...cachings.values()].flatMap((caching) => caching.channels));
  for (const channel of channels) eventBus.subscribe(channel, (id) => (id === EVERY ? clear() : invalidate(`${channel} ${id}`)));
  eventBus.onReset(clear);

  function store(key: string, { reply, invalidations }: Entry): void {
    // Small buffers are slices of a shared 64 kB one, which a single slice would keep in memory.
    const body = Buffer.allocUnsafeSlow(reply.body.length);
    reply.body.copy(body);
    entries.set(key, { reply: { ...reply, body }, invalidations });
    // It may have been too large.
    if (!entries.has(key)) return;
    for (const invalidation of invalidations) {
      const keys = keysByEvent.get(invalidation);
      if (keys) keys.add(key);
      else keysByEvent.set(invalidation, new Set([key]));
    }
  }

  return {
    /** How many notifications have arrived: read before anything a response depends on, such as the session. */
    arrived: () => arrived,
    /**
     * @param since the earlier value of `arrived`: a response invalidated since then may be stale, and is not cached
     * @param make builds the response on a cache miss
     */
    async read(name: string, scope: unknown, since: number, make: () => Promise<ReadyJson>): Promise<ReadyJson> {
      const caching = cachings.get(name);
      if (!caching) throw new Error(`the replies of ${name} are not cached`);
      const key = `${name} ${caching.key(scope)}`;
      const cached = eventBus.connected() ? entries.get(key) : undefined;
      if (cached) {
        counts.hits++;
        return cached.reply;
      }
      counts.misses++;
      const reply = await make();
      const invalidations = caching.invalidationsOf(scope);
      if (!wasInvalidated(invalidations, since) && eventBus.connected()) store(key, { reply, invalidations });
      return reply;
    },
  };
}

/** @throws Error */
function channelsOf(name: string, { invalidatedBy }: Caching<unknown>): IdChannel[] {
  const named = Object.keys(invalidatedBy);
  if (named.length === 0) throw new Error(`${name} is cached, and nothing invalidates it`);
  return named.map((channel) => {
    if (!isIdChannel(channel)) throw new Error(`${name} is invalidated by “${channel}”, which is no channel of ids (kernel/channels.ts)`);
    return channel;
  });
}

const invalidationsBy =
  ({ invalidatedBy }: Caching<unknown>, channels: readonly IdChannel[]) =>
  (scope: unknown): string[] =>
    channels.flatMap((channel) => (invalidatedBy[channel]?.(scope) ?? []).map((id) => `${channel} ${id}`));

/** Whether this browser recently changed something, on any server. If so, it reads from the database. */
export function hasChangedRecently(request: Request): boolean {
  return request.headers.cookie?.includes(`${CHANGED_COOKIE}=`) === true;
}

export function markChanged(request: Request, response: Response): void {
  response.append(
    'set-cookie',
    `${CHANGED_COOKIE}=1; Max-Age=${NOTIFICATION_LATE_S}; Path=/api; HttpOnly; SameSite=Lax${request.secure ? '; Secure' : ''}`,
  );
}
