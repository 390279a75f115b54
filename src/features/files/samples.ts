import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listFiles: ({ projectId, path }) => ({ params: { projectId }, query: { path, depth: '3' } }),
  readFile: ({ projectId, path }) => ({ params: { projectId }, query: { path, at: '1' } }),
  saveFile: ({ projectId, path, version }) => ({
    params: { projectId },
    query: { path },
    body: 'something else',
    headers: { 'if-match': `"${version}"` },
  }),
  deleteFile: ({ projectId, path, version }) => ({ params: { projectId }, query: { path }, headers: { 'if-match': `"${version}"` } }),
  moveFile: ({ projectId, path }) => ({ params: { projectId }, body: { from: path, to: 'elsewhere/notes.txt' } }),
  listChanges: ({ projectId, path, runId }) => ({ params: { projectId }, query: { path, run: runId, before: '9', limit: '5' } }),
  getChange: ({ changeId }) => ({ params: { changeId } }),
  revertChange: ({ changeId }) => ({ params: { changeId } }),
  searchFiles: ({ projectId }) => ({
    params: { projectId },
    query: { q: 'hel+o', regex: 'true', case: 'true', word: 'true', glob: '*.txt', path: 'notes.txt', context: '2' },
  }),
  findNames: ({ projectId }) => ({ params: { projectId }, query: { q: 'nts' } }),
  previewReplacement: ({ projectId }) => ({ params: { projectId }, body: { q: 'hello', case: true, replacement: '' } }),
  replaceInFiles: ({ projectId, path, version }) => ({
    params: { projectId },
    body: { q: '(.)$', regex: true, replacement: '', files: [{ path, version }] },
  }),
};
