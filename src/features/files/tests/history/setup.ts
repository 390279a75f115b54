/** What tests of the history write. */
import { randomUUID } from 'node:crypto';
import { query } from '../../../../../test/harness/database.ts';
import { type TestEntry, zipOf } from '../../../../../test/harness/zip.ts';
import { type Change, deleteFile, listFiles, moveFile, revertChange } from '../../contract.ts';
import { restoreFiles } from '../../history-contract.ts';
import { importFiles } from '../../transfer-contract.ts';
import { params, person, read, save, testServer } from '../setup.ts';

/** Saves on top of what is there. @returns the number of the change */
export async function write(path: string, text: string | Buffer): Promise<number> {
  const { entries } = (await person.call(listFiles, { params, query: {} })).body;
  const version = entries.find((entry) => entry.path === path)?.version;
  const headers: Record<string, string> = version ? { 'if-match': `"${version}"` } : { 'if-none-match': '*' };
  return (await save(path, text, headers)).body.change?.number ?? 0;
}

const numberOf = (change: Change | null) => change?.number ?? 0;

export const remove = async (path: string) => numberOf((await person.call(deleteFile, { params, query: { path } })).body.change);
export const move = async (from: string, to: string) => numberOf((await person.call(moveFile, { params, body: { from, to } })).body.change);
export const undo = async (changeId: string) => (await person.call(revertChange, { params: { changeId } })).body.change;
export const restore = async (at: number, path?: string) =>
  (await person.call(restoreFiles, { params, body: { at, ...(path !== undefined && { path }) } })).body.change;

export const importZip = async (entries: TestEntry[], conflicts: 'refuse' | 'replace' = 'refuse', path?: string) =>
  (await person.call(importFiles, { params, query: { conflicts, path }, body: zipOf(entries) })).body.change;

/** Edits by a run of the person, as one change. */
export async function editByRun(runId: string, edits: Record<string, string>): Promise<number> {
  const { files, db } = testServer.features;
  const versions = await files.versions(params.projectId, Object.keys(edits));
  const change = await db.transaction((tx) =>
    files.apply(tx, {
      projectId: params.projectId,
      by: { userId: person.id, runId },
      edits: Object.entries(edits).map(([path, text]) => ({ path, base: versions.get(path) ?? null, content: Buffer.from(text) })),
    }),
  );
  return numberOf(change);
}

export async function newRun(): Promise<string> {
  const runId = randomUUID();
  const insert = `insert into runs (id, project_id, status, level, model, title) values ($1, $2, 'done', 'supervised', 'practice', 'x')`;
  await query(testServer.databaseUrl, insert, [runId, params.projectId]);
  return runId;
}

/** All files and their texts, `*` after the names of executable ones. */
export async function snapshot(at?: number): Promise<Record<string, string>> {
  const { entries } = (await person.call(listFiles, { params, query: {} })).body;
  const files = entries.filter(({ type }) => type === 'file');
  return Object.fromEntries(
    await Promise.all(files.map(async ({ path, executable }) => [path + (executable ? '*' : ''), await read(path, at)] as const)),
  );
}
