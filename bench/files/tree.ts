/** A real tree of text files for measurements: a fixed choice from node_modules. */
import { glob, readFile, stat } from 'node:fs/promises';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import { createFiles } from '#features/files/server/files.ts';
import type { Database } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';

export interface TreeFile {
  path: string;
  content: Buffer;
}

/** Larger files are not searched. */
const MAX_BYTES = 1_000_000;
/** Within the bounds of one change. */
const BATCH_FILES = 4000;
const BATCH_BYTES = 40_000_000;

/** @returns text files, evenly spread over the packages; the same each time, while the packages are the same */
export async function readTree(count: number): Promise<TreeFile[]> {
  const paths: string[] = [];
  for await (const path of glob('node_modules/**/*.{js,mjs,cjs,ts,mts,json,md,css,map,txt,yml}')) paths.push(path.replaceAll('\\', '/'));
  paths.sort();
  const files: TreeFile[] = [];
  const step = Math.max(1, Math.floor(paths.length / count));
  for (let start = 0; start < step; start++)
    for (let index = start; index < paths.length && files.length < count; index += step) {
      const file = await readText(paths[index] as string);
      if (file) files.push(file);
    }
  if (files.length < count)
    throw new Error(`There are only ${files.length} text files in node_modules. Install all packages, then measure.`);
  return files;
}

async function readText(path: string): Promise<TreeFile | undefined> {
  const info = await stat(path);
  if (!info.isFile() || info.size > MAX_BYTES) return undefined;
  const content = await readFile(path);
  return content.includes(0) ? undefined : { path: path.slice('node_modules/'.length).normalize('NFC'), content };
}

/** Stores the files in a project, as a person’s changes. */
export async function storeTree(db: Database, projectId: string, files: readonly TreeFile[]): Promise<void> {
  const log = await createLog({ level: 'silent', readable: true });
  const { apply, close } = createFiles({ db, log, auditLog: createAuditLog({ db, log }) });
  for (let from = 0; from < files.length; ) {
    const batch: TreeFile[] = [];
    for (let bytes = 0; from < files.length && batch.length < BATCH_FILES && bytes < BATCH_BYTES; from++) {
      const file = files[from] as TreeFile;
      batch.push(file);
      bytes += file.content.length;
    }
    const edits = batch.map(({ path, content }) => ({ path, base: null, content }));
    await db.transaction((tx) => apply(tx, { projectId, by: { userId: null, runId: null }, edits }));
  }
  await close();
}
