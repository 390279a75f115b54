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
  arrangeFiles: ({ projectId, path }) => ({ params: { projectId }, body: { copies: [{ from: path, to: 'elsewhere/copy.txt' }] } }),
  listChanges: ({ projectId, path, runId }) => ({ params: { projectId }, query: { path, run: runId, before: '9', limit: '5' } }),
  getChange: ({ changeId }) => ({ params: { changeId } }),
  revertChange: ({ changeId }) => ({ params: { changeId } }),
  searchFiles: ({ projectId }) => ({ params: { projectId }, query: { q: 'hel+o', regex: 'true', glob: '*.txt' } }),
};
