/** Whether a person finds what was saved, by each kind of read that a replica may answer. */
import { listFiles, readFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { searchFiles } from '#features/files/search-contract.ts';
import type { Person } from '../harness/test-server.ts';

interface Saved {
  path: string;
  body: string;
  version: string;
  /** Of its change. */
  number: number;
}

export const finds: readonly ((by: Person, projectId: string, saved: Saved) => Promise<boolean>)[] = [
  async (by, projectId, { number }) =>
    (await by.call(listChanges, { params: { projectId }, query: { limit: 1 } })).body.changes.some((change) => change.number >= number),
  async (by, projectId, { path, version }) =>
    (await by.call(listFiles, { params: { projectId }, query: {} })).body.entries.some(
      (entry) => entry.path === path && entry.type === 'file' && entry.version === version,
    ),
  async (by, projectId, { body }) => (await by.call(searchFiles, { params: { projectId }, query: { q: body } })).body.matches.length > 0,
  async (by, projectId, { path, number, body }) =>
    Buffer.from((await by.call(readFile, { params: { projectId }, query: { path, at: number } })).body).toString() === body,
];
