import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getChange, readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { call } from '#ui/app/call.ts';
import { publishLive } from '#ui/app/live-events.ts';
import { hasStatus } from '#ui/format/explain.ts';
import type { Loaded } from './buffer.ts';

/** Published with a project's id when this page has changed its files: the changes are listed at once. */
export const FILES_CHANGED = 'files-changed-here';

/** Call it when files may have changed: refetches what the changes touched of the tree, open files and histories. */
export function refreshFiles(client: QueryClient, projectId: string): Promise<void> {
  publishLive(FILES_CHANGED, projectId);
  // Of a page that is not shown: refetched with the page.
  return client.invalidateQueries({ queryKey: ['files', projectId], type: 'inactive' });
}

/** The same for other features that change files, such as runs. */
export function useRefreshFiles(projectId: string): () => void {
  const client = useQueryClient();
  return () => void refreshFiles(client, projectId);
}

/** @param at number of a change: loads the file as of that change */
export async function loadFile(projectId: string, path: string, at?: number): Promise<Loaded> {
  return receiveFile(projectId, at === undefined ? { path } : { path, at });
}

/** @param known a version that need not be loaded @returns undefined if the file still has it */
export async function loadNewer(projectId: string, path: string, known: string | undefined): Promise<Loaded | undefined> {
  const headers: Record<string, string> = known === undefined ? {} : { 'if-none-match': `"${known}"` };
  return receiveFile(projectId, { path }, headers).catch((error: unknown) => {
    if (hasStatus(error, 304)) return undefined;
    throw error;
  });
}

async function receiveFile(projectId: string, query: { path: string; at?: number }, headers: Record<string, string> = {}): Promise<Loaded> {
  const reply = await call(readFile, { params: { projectId }, query }, { headers });
  return { bytes: reply.body, version: (reply.headers.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '') };
}

/** @param version the version that the content is based on; null creates a file */
export async function writeFile(projectId: string, path: string, text: string, version: string | null) {
  const headers: Record<string, string> = version === null ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` };
  return (await call(saveFile, { params: { projectId }, query: { path }, body: text }, { headers })).body;
}

export const useHistory = (projectId: string, path: string) =>
  useInfiniteQuery({
    queryKey: ['files', projectId, 'history', path],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (await call(listChanges, { params: { projectId }, query: { path, limit: 30, ...(pageParam && { before: pageParam }) } }, { signal }))
        .body,
    getNextPageParam: (page) => (page.more ? page.changes.at(-1)?.number : undefined),
  });

/** The newest changes that a run has made to files. */
export const useRunChanges = (projectId: string, runId: string, enabled: boolean) =>
  useQuery({
    queryKey: ['files', projectId, 'run-changes', runId],
    enabled,
    queryFn: async ({ signal }) => (await call(listChanges, { params: { projectId }, query: { run: runId, limit: 100 } }, { signal })).body,
  });

/** A change is immutable. Its files are loaded a hundred at a time. */
export const useChange = (changeId: string) =>
  useInfiniteQuery({
    queryKey: ['what-changed', changeId],
    staleTime: Number.POSITIVE_INFINITY,
    initialPageParam: 0,
    queryFn: async ({ pageParam: from, signal }) => (await call(getChange, { params: { changeId }, query: { from } }, { signal })).body,
    getNextPageParam: ({ more }, pages) => (more ? pages.reduce((sum, { files }) => sum + files.length, 0) : undefined),
    select: ({ pages }) => ({ change: pages[0]?.change, files: pages.flatMap(({ files }) => files) }),
  });

export const useOldVersion = (projectId: string, path: string, at: number, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ['old-version', projectId, path, at],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => loadFile(projectId, path, at),
  });
