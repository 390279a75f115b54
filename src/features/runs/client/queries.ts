import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Budget } from '#features/agents/budget.ts';
import { getChange, revertChange } from '#features/files/contract.ts';
import {
  branchRun,
  getRun,
  listRuns,
  type Run,
  readOutput,
  retryRun,
  revertRun,
  sendMessage,
  startRun,
  stopRun,
} from '#features/runs/contract.ts';
import { call } from '#ui/app/call.ts';
import type { BodyOf, ReplyOf } from '#wire/contract.ts';

/** The author's time zone, so that the agent knows their local time. Some browsers do not report one. */
function ownZone(): { timeZone?: string } {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone ? { timeZone } : {};
}

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

/** A run that is not in the loaded list: an older one, opened by URL. */
export const useUnlistedRun = (runId: string, enabled: boolean) =>
  useQuery({
    queryKey: ['run', runId],
    enabled,
    queryFn: async ({ signal }) => (await call(getRun, { params: { runId }, query: { limit: 1 } }, { signal })).body.run,
  });

/** The file changes of one change; immutable. */
export const useChange = (changeId: string, enabled: boolean) =>
  useQuery({
    queryKey: ['change', changeId],
    enabled,
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await call(getChange, { params: { changeId } }, { signal })).body,
  });

/** The rest of a long result, from `from` characters on, loaded in ranges. */
export const useOutput = (runId: string, outputId: string, from: number, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ['output', runId, outputId, from],
    enabled,
    staleTime: Infinity,
    initialPageParam: from,
    queryFn: async ({ pageParam, signal }) => {
      const { body } = await call(readOutput, { params: { runId, outputId }, query: { from: pageParam } }, { signal });
      return { ...body, end: pageParam + body.text.length };
    },
    getNextPageParam: ({ end, characters }) => (end < characters ? end : undefined),
  });

/** Writes a run that the server just returned into the caches that the screen reads. */
export function useShowRun(projectId: string): (run: Run) => void {
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
    mutationFn: async (body: BodyOf<typeof startRun>) =>
      (await call(startRun, { params: { projectId }, body: { ...body, ...ownZone() } })).body.run,
    meta: { inline: true },
    onSuccess: show,
  });
}

export function useSendMessage(projectId: string, runId: string) {
  const show = useShowRun(projectId);
  return useMutation({
    mutationFn: async (message: string) => (await call(sendMessage, { params: { runId }, body: { message, ...ownZone() } })).body.run,
    meta: { inline: true },
    onSuccess: show,
  });
}

export function useStopRun(projectId: string, runId: string) {
  const show = useShowRun(projectId);
  return useMutation({ mutationFn: async () => (await call(stopRun, { params: { runId } })).body.run, onSuccess: show });
}

export function useRetryRun(projectId: string, runId: string) {
  const show = useShowRun(projectId);
  return useMutation({
    mutationFn: async (body: { budget?: Budget; model?: string }) => (await call(retryRun, { params: { runId }, body })).body.run,
    meta: { inline: true },
    onSuccess: show,
  });
}

export function useBranch(projectId: string, runId: string) {
  const show = useShowRun(projectId);
  return useMutation({
    mutationFn: async (body: BodyOf<typeof branchRun>) =>
      (await call(branchRun, { params: { runId }, body: { ...body, ...ownZone() } })).body.run,
    meta: { inline: true },
    onSuccess: show,
  });
}

export const useRevertRun = (runId: string) =>
  useMutation({ mutationFn: async () => (await call(revertRun, { params: { runId } })).body.change, meta: { inline: true } });

export const useRevertChange = () =>
  useMutation({ mutationFn: async (changeId: string) => (await call(revertChange, { params: { changeId } })).body.change });
