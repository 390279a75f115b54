/**
 * The assets of the client: those of this server's build, from its folder, and those of other servers' builds, from PostgreSQL. During an
 * upgrade, and for a day after it, pages of another build ask this server for theirs.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import * as sql from './queries.ts';
import { deleteOldBuilds, readBuild, storeBuild } from './store-build.ts';

export type ClientAssets = ReturnType<typeof createClientAssets>;

/** How often a server notes that it runs its build. */
const USE_EVERY_MS = 3_600_000;
/** After a failure, for example because the database was read-only at the start. */
const RETRY_MS = 60_000;
/** A day after the last server that ran a build ended, and the hour by which that is known. */
const KEPT_HOURS = 25;
/** Unknown names cost one statement in this time, however many are asked for. */
const LIST_EVERY_MS = 1000;
const CACHE_BYTES = 8 * 1024 * 1024;

interface Options {
  db: Database;
  log: Log;
  /** Of the built client. */
  directory: string;
}

export function createClientAssets({ db, log, directory }: Options) {
  const build = readBuild(directory);
  const own = new Set(build?.names);
  const contents = new LRUCache<string, Buffer>({ maxSize: CACHE_BYTES, sizeCalculation: (content) => content.byteLength + 1 });
  /** Names in PostgreSQL, as last listed. */
  let stored: ReadonlySet<string> = new Set();
  let listedAt = -Infinity;
  let listing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** A caller gets a list that is read after it asked, so it has the build of a server that is ready by now. */
  function list(): Promise<void> {
    listing ??= (async () => {
      await sleep(Math.max(0, listedAt + LIST_EVERY_MS - performance.now()), undefined, { ref: false });
      listing = undefined;
      listedAt = performance.now();
      stored = new Set((await sql.selectNames(db)).map(({ name }) => name));
    })();
    return listing;
  }

  async function load(name: string): Promise<Buffer | undefined> {
    if (build && own.has(name)) {
      // The folder may have been built anew while this server runs.
      const content = await readFile(join(build.folder, name)).catch(() => undefined);
      if (content) return content;
    }
    const [row] = await sql.selectAsset(db, { name });
    return row?.content;
  }

  async function use(): Promise<void> {
    if (!build || closed) return;
    let nextMs = USE_EVERY_MS;
    try {
      if (await storeBuild(db, build)) log.info({ build: build.id.slice(0, 12) }, 'the build of the client was stored for other servers');
    } catch (error) {
      nextMs = RETRY_MS;
      log.warn({ err: error }, 'the build of the client could not be stored, so other servers cannot serve its pages; it will be retried');
    }
    timer = setTimeout(() => void use(), nextMs).unref();
  }

  return {
    /**
     * @param candidates names of one asset, the preferred one first; unlike a path, a name is only looked up in a list
     * @returns the first that exists, in this build or another one; undefined if none does
     */
    async find(candidates: readonly string[]): Promise<{ name: string; content: Buffer } | undefined> {
      const exists = (name: string) => own.has(name) || stored.has(name);
      if (!candidates.some(exists)) await list();
      for (const name of candidates.filter(exists)) {
        const content = contents.get(name) ?? (await load(name));
        if (!content) continue;
        contents.set(name, content);
        return { name, content };
      }
      return undefined;
    },

    /** Stores this build before the server is ready. A database that rejects writes does not keep a server from starting. */
    start: use,

    /** Deletes builds that no server has run for a day. */
    cleanUp: (): Promise<number> => deleteOldBuilds(db, KEPT_HOURS),

    close(): void {
      closed = true;
      clearTimeout(timer);
    },
  };
}
