import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { searchFiles } from '#features/files/search-contract.ts';
import { call } from '#ui/app/call.ts';
import { subscribeLive } from '#ui/app/live-events.ts';
import { FILES_TOUCHED, type FilesTouched } from '../live/use-live-files.ts';
import { toQuery, type Wanted } from './wanted.ts';

/** Typing pauses this long before a search starts. */
const PAUSE_MS = 275;
const CONTEXT_LINES = 2;

/** Follows a value once it has been the same for a moment. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** A search that is no longer wanted is aborted. */
export const useSearch = (projectId: string, wanted: Wanted, withContext: boolean) =>
  useInfiniteQuery({
    queryKey: ['search', projectId, wanted, withContext],
    enabled: wanted.q !== '',
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { ...toQuery(wanted), ...(withContext && { context: CONTEXT_LINES }), ...(cursor && { cursor }) };
      return (await call(searchFiles, { params: { projectId }, query }, { signal })).body;
    },
    getNextPageParam: ({ truncated, nextCursor }) => (truncated ? nextCursor : undefined),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });

/** Whether files of the project have changed since `since` was last another value. */
export function useFilesChanged(projectId: string, since: unknown): boolean {
  const [changed, setChanged] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another result is of the files as they are then
  useEffect(() => setChanged(false), [since]);
  useEffect(
    () =>
      subscribeLive(FILES_TOUCHED, (data) => {
        if ((data as FilesTouched).projectId === projectId) setChanged(true);
      }),
    [projectId],
  );
  return changed;
}
