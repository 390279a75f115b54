import type { Samples } from '../../../test/harness/fixture.ts';

/** A zip of nothing: the end of the list of entries. */
const EMPTY_ZIP = `PK\x05\x06${'\0'.repeat(18)}`;

export const samples: Samples = {
  listFiles: ({ projectId, path }) => ({ params: { projectId }, query: { path, depth: '3' } }),
  readFile: ({ projectId, path }) => ({ params: { projectId }, query: { path, at: '1' } }),
  saveFile: ({ projectId, path, version }) => ({
    params: { projectId },
    query: { path },
    body: 'something else',
    headers: { 'if-match': `"${version}"` },
  }),
  createFolder: ({ projectId }) => ({ params: { projectId }, body: { path: 'an empty folder' } }),
  importFiles: ({ projectId }) => ({ params: { projectId }, query: { path: 'imported', conflicts: 'skip' }, body: EMPTY_ZIP }),
  exportFiles: ({ projectId, path }) => ({ params: { projectId }, query: { path } }),
  getStorage: () => ({}),
  reportPresence: ({ projectId, path }) => ({
    params: { projectId },
    body: { page: '019a0000-0000-7000-8000-000000000001', path, closed: false },
  }),
  deleteFile: ({ projectId, path, version }) => ({ params: { projectId }, query: { path }, headers: { 'if-match': `"${version}"` } }),
  moveFile: ({ projectId, path }) => ({ params: { projectId }, body: { from: path, to: 'elsewhere/notes.txt' } }),
  arrangeFiles: ({ projectId, path }) => ({ params: { projectId }, body: { copies: [{ from: path, to: 'elsewhere/copy.txt' }] } }),
  listChanges: ({ projectId, path, runId }) => ({ params: { projectId }, query: { path, run: runId, before: '9', limit: '5' } }),
  compareStates: ({ projectId, path }) => ({ params: { projectId }, query: { from: '0', to: '1', path, offset: '0' } }),
  blameFile: ({ projectId, path }) => ({ params: { projectId }, query: { path, at: '9' } }),
  restoreFiles: ({ projectId }) => ({ params: { projectId }, body: { at: 1 } }),
  listPoints: ({ projectId }) => ({ params: { projectId } }),
  createPoint: ({ projectId }) => ({ params: { projectId }, body: { name: 'before launch', at: 1 } }),
  deletePoint: ({ projectId, pointId }) => ({ params: { projectId, pointId } }),
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
