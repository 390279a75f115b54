/** Unpacks contents and stores them, a few megabytes at a time: the next ones are unpacked while those before are stored. */
import { hashContents, versionOfContent } from '#features/files/server/content-hash.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { createYield } from '#kernel/event-loop.ts';
import * as sql from './queries.ts';
import type { ZipReader } from './read-zip.ts';
import type { Target } from './targets.ts';

/** Of one statement; a larger content goes alone. */
const BATCH_BYTES = 1_000_000;
const BATCH_FILES = 1000;

interface Batch {
  hashes: string[];
  starts: number[];
  sizes: number[];
  contents: Buffer[];
}

/** @param versions filled with the version of each content @returns the bytes of contents that the project did not have */
export async function storeContents(
  tx: Transaction,
  projectId: string,
  zip: ZipReader,
  targets: readonly Target[],
  versions: Map<Target, string>,
): Promise<number> {
  const letOthers = createYield();
  const seen = new Set<string>();
  let added = 0;
  let sent = Promise.resolve();
  let batch = emptyBatch();
  let bytes = 0;

  /** Waits for the batch before, so that two are in memory at most. */
  async function send(): Promise<void> {
    await sent;
    const { contents, ...columns } = batch;
    sent = sql.insertContents(tx, { projectId, ...columns, contents: Buffer.concat(contents) }).then(([row]) => {
      added += row?.added ?? 0;
    });
    // Its failure is thrown by the next wait.
    sent.catch(() => undefined);
    batch = emptyBatch();
    bytes = 0;
  }

  for (const target of targets) {
    const content = await zip.read(target.entry);
    await hashContents([content]);
    const version = versionOfContent(content);
    versions.set(target, version);
    if (seen.has(version)) continue;
    seen.add(version);
    if (batch.contents.length > 0 && (bytes + content.length > BATCH_BYTES || batch.contents.length === BATCH_FILES)) await send();
    batch.hashes.push(version);
    batch.starts.push(bytes);
    batch.sizes.push(content.length);
    batch.contents.push(content);
    bytes += content.length;
    await letOthers();
  }
  if (batch.contents.length > 0) await send();
  await sent;
  return added;
}

const emptyBatch = (): Batch => ({ hashes: [], starts: [], sizes: [], contents: [] });
