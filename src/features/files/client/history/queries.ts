import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Change } from '#features/files/contract.ts';
import {
  blameFile,
  compareStates,
  createPoint,
  deletePoint,
  listChanges,
  listPoints,
  restoreFiles,
} from '#features/files/history-contract.ts';
import { listMembers } from '#features/organizations/contract.ts';
import { call } from '#ui/app/call.ts';
import { refreshFiles } from '../queries.ts';

interface TimelineFilter {
  /** A file, or a folder with everything in it. */
  path: string | undefined;
  /** Changes that this person made by hand. */
  user: string | undefined;
  run: string | undefined;
}

const PAGE = 50;

/** Changes, newest first. */
export const useTimeline = (projectId: string, { path, user, run }: TimelineFilter) =>
  useInfiniteQuery({
    queryKey: ['files', projectId, 'history', path, { user, run }],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam: before, signal }) =>
      (await call(listChanges, { params: { projectId }, query: { path, user, run, before, limit: PAGE } }, { signal })).body,
    getNextPageParam: ({ changes, more }) => (more ? changes.at(-1)?.number : undefined),
    placeholderData: keepPreviousData,
  });

/** The differences of two states, a page of files at a time. @param to undefined: now */
export const useComparison = (projectId: string, { from, to, path }: { from: number; to: number | undefined; path: string | undefined }) =>
  useInfiniteQuery({
    // The present changes with each change; two past states never do.
    queryKey: to === undefined ? ['files', projectId, 'history', path, 'compare', from] : ['compared', projectId, from, to, path],
    staleTime: to === undefined ? 0 : Number.POSITIVE_INFINITY,
    initialPageParam: 0,
    queryFn: async ({ pageParam: offset, signal }) =>
      (await call(compareStates, { params: { projectId }, query: { from, to, path, offset } }, { signal })).body,
    getNextPageParam: ({ more }, pages) => (more ? pages.reduce((sum, { files }) => sum + files.length, 0) : undefined),
  });

/** The number of the newest change. */
export const useHead = (projectId: string) =>
  useQuery({
    queryKey: ['files', projectId, 'head'],
    queryFn: async ({ signal }) =>
      (await call(listChanges, { params: { projectId }, query: { limit: 1 } }, { signal })).body.changes[0]?.number ?? 0,
  });

export function useRestore(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { at: number; path?: string }): Promise<Change> =>
      (await call(restoreFiles, { params: { projectId }, body })).body.change,
    meta: { inline: true },
    onSettled: () => refreshFiles(client, projectId),
  });
}

const pointsKey = (projectId: string) => ['points', projectId];

export const usePoints = (projectId: string) =>
  useQuery({
    queryKey: pointsKey(projectId),
    queryFn: async ({ signal }) => (await call(listPoints, { params: { projectId } }, { signal })).body.points,
  });

export function useCreatePoint(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { name: string; at?: number }) => (await call(createPoint, { params: { projectId }, body })).body.point,
    meta: { inline: true },
    onSettled: () => client.invalidateQueries({ queryKey: pointsKey(projectId) }),
  });
}

export function useDeletePoint(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pointId: string) => call(deletePoint, { params: { projectId, pointId } }),
    onSettled: () => client.invalidateQueries({ queryKey: pointsKey(projectId) }),
  });
}

/** Who wrote each line of a file in a version; the present one. */
export const useBlame = (projectId: string, path: string, version: string | null, enabled: boolean) =>
  useQuery({
    enabled: enabled && version !== null,
    queryKey: ['blame', projectId, path, version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await call(blameFile, { params: { projectId }, query: { path } }, { signal })).body,
  });

/** The first members of an organization by name, to filter by. */
export const usePeople = (organizationId: string) =>
  useQuery({
    queryKey: ['people-to-filter-by', organizationId],
    staleTime: 300_000,
    queryFn: async ({ signal }) => (await call(listMembers, { query: { organization: organizationId } }, { signal })).body.members,
  });
