/** Stores the assets of a build in PostgreSQL, all of them or none, each name once. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { releaseBuffers } from '../release-memory.ts';
import * as sql from './queries.ts';

/** Assets sent without waiting for those before them. More would be in memory at once. */
const BATCH = 20;

export interface Build {
  /** Digest of the names, which contain hashes of the contents. */
  id: string;
  /** The folder of the assets. */
  folder: string;
  /** Of its files, those compressed in advance included. */
  names: string[];
}

/** @param directory of the built client @returns undefined if nothing is built there */
export function readBuild(directory: string): Build | undefined {
  const folder = join(directory, 'assets');
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).sort();
  return { id: createHash('sha256').update(names.join('\n')).digest('hex'), folder, names };
}

/** Notes that a server runs the build, and stores it if it is not stored: one statement if it is. @returns whether it had to be stored */
export async function storeBuild(db: Database, build: Build): Promise<boolean> {
  const [known] = await sql.touchBuild(db, build);
  if (known) return false;
  return db.transaction(async (tx) => {
    await sql.lockBuilds(tx);
    // Another server may have stored it while this one waited.
    const [stored] = await sql.touchBuild(tx, build);
    if (stored) return false;
    await insertMissing(tx, build);
    await sql.insertBuild(tx, build);
    return true;
  });
}

async function insertMissing(tx: Transaction, { folder, names }: Build): Promise<void> {
  let sent: Promise<unknown>[] = [];
  for (const { name } of await sql.selectMissing(tx, { names })) {
    const inserted = sql.insertAsset(tx, { name, content: await readFile(join(folder, name)) });
    // Reported when it is awaited.
    inserted.catch(() => undefined);
    sent.push(inserted);
    if (sent.length < BATCH) continue;
    await Promise.all(sent);
    sent = [];
    releaseBuffers();
  }
  await Promise.all(sent);
}

/** @param hours since a server last ran a build */
export async function deleteOldBuilds(db: Database, hours: number): Promise<number> {
  return db.transaction(async (tx) => {
    // Otherwise assets could be deleted that a server has just found stored for its new build.
    await sql.lockBuilds(tx);
    const deleted = await sql.deleteOldBuilds(tx, { hours });
    if (deleted.length > 0) await sql.deleteUnusedAssets(tx);
    return deleted.length;
  });
}
