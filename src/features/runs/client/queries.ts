import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRun, listRuns, type Run, sendMessage, startRun, stopRun } from '#features/runs/contract.ts';
import { call } from '#ui/call.ts';
import type { ReplyOf } from '#wire/contract.ts';

type Page = ReplyOf<typeof listRuns>['body'];

const listKey = (projectId: string) => ['runs', projectId];
export const isAtWork = ({ status }: Pick<Run, 'status'>): boolean => status === 'queued' || status === 'running';

export const useRuns = (projectId: string) =>
  useInfiniteQuery({
    queryKey: listKey(projectId),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam ? { before: pageParam } : {};
      return (await call(listRuns, { params: { projectId }, query }, { signal })).body;
    },
    getNextPageParam: (page) => (page.more ? page.runs.at(-1)?.id : undefined),
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.runs.some(isAtWork)) ? 5_000 : 15_000),
  });

/** A run that is not among the listed ones: an older one, come to by its address. */
export const useUnlistedRun = (runId: string, enabled: boolean) =>
  useQuery({
    queryKey: ['run', runId],
    enabled,
    queryFn: async ({ signal }) => (await call(getRun, { params: { runId } }, { signal })).body.run,
  });

/** Puts what the server just said about a run where the screen reads it. */
function useShowRun(projectId: string): (run: Run) => void {
  const client = useQueryClient();
  return (run) => {
    client.setQueryData(['run', run.id], run);
    client.setQueryData<InfiniteData<Page>>(listKey(projectId), (data) => {
      const [first, ...rest] = data?.pages ?? [];
      if (!data || !first) return data;
      const known = data.pages.some((page) => page.runs.some(({ id }) => id === run.id));
      if (!known) return { ...data, pages: [{ ...first, runs: [run, ...first.runs] }, ...rest] };
      const pages = data.pages.map((page) => ({ ...page, runs: page.runs.map((each) => (each.id === run.id ? run : each)) }));
      return { ...data, pages };
    });
  };
}

export function useRefreshRuns(projectId: string): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: listKey(projectId) });
}

export function useStartRun(projectId: string) {
  const show = useShowRun(projectId);
  return useMutation({
    mutationFn: async (body: { message: string; model?: string }) => (await call(startRun, { params: { projectId }, body })).body.run,
    meta: { inline: true },
    onSuccess: show,
  });
}

export function useSendMessage(projectId: string, runId: string) {
  const show = useShowRun(projectId);
  return useMutation({
    mutationFn: async (message: string) => (await call(sendMessage, { params: { runId }, body: { message } })).body.run,
    meta: { inline: true },
    onSuccess: show,
  });
}

export function useStopRun(projectId: string, runId: string) {
  const show = useShowRun(projectId);
  return useMutation({ mutationFn: async () => (await call(stopRun, { params: { runId } })).body.run, onSuccess: show });
}
