import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listAllSchedules,
  listOccurrences,
  listSchedules,
  type NewSchedule,
  runSchedule,
  type ScheduleChanges,
} from '#features/schedules/contract.ts';
import { call } from '#ui/app/call.ts';

const listKey = ['schedules'];
/** Schedules start runs by themselves, so their outcomes are polled. */
const POLL_EVERY_MS = 10_000;

/** Of one project, or of the whole organization. */
export const useSchedules = (organization: string, projectId: string | undefined) =>
  useQuery({
    queryKey: [...listKey, organization, projectId],
    refetchInterval: POLL_EVERY_MS,
    queryFn: async ({ signal }) =>
      (projectId
        ? await call(listSchedules, { params: { projectId } }, { signal })
        : await call(listAllSchedules, { query: { organization } }, { signal })
      ).body.schedules,
  });

const scheduleQuery = (scheduleId: string) =>
  queryOptions({
    queryKey: ['schedule', scheduleId],
    refetchInterval: POLL_EVERY_MS,
    queryFn: async ({ signal }) => (await call(getSchedule, { params: { scheduleId } }, { signal })).body.schedule,
  });

export const useSchedule = (scheduleId: string) => useQuery(scheduleQuery(scheduleId));

const historyQuery = (scheduleId: string) =>
  infiniteQueryOptions({
    queryKey: ['schedule-history', scheduleId],
    initialPageParam: undefined as string | undefined,
    refetchInterval: POLL_EVERY_MS,
    queryFn: async ({ pageParam, signal }) =>
      (await call(listOccurrences, { params: { scheduleId }, query: { before: pageParam } }, { signal })).body,
    getNextPageParam: ({ occurrences, more }) => (more ? occurrences.at(-1)?.dueAt : undefined),
  });

export const useHistory = (scheduleId: string) => useInfiniteQuery(historyQuery(scheduleId));

/** Invalidates everything a change or a run of a schedule makes stale. */
function useForget() {
  const client = useQueryClient();
  return (scheduleId: string) =>
    Promise.all([
      client.invalidateQueries({ queryKey: listKey }),
      client.invalidateQueries({ queryKey: scheduleQuery(scheduleId).queryKey }),
      client.invalidateQueries({ queryKey: historyQuery(scheduleId).queryKey }),
    ]);
}

export function useCreateSchedule() {
  const forget = useForget();
  return useMutation({
    mutationFn: async ({ projectId, settings }: { projectId: string; settings: NewSchedule }) =>
      (await call(createSchedule, { params: { projectId }, body: settings })).body.schedule,
    meta: { inline: true },
    onSuccess: ({ id }) => forget(id),
  });
}

/** @param inline the form shows the error; otherwise a toast does */
export function useChangeSchedule(scheduleId: string, inline: boolean) {
  const forget = useForget();
  return useMutation({
    mutationFn: async (body: ScheduleChanges) => (await call(changeSchedule, { params: { scheduleId }, body })).body.schedule,
    meta: { inline },
    onSuccess: () => forget(scheduleId),
  });
}

export function useRunSchedule(scheduleId: string) {
  const forget = useForget();
  return useMutation({
    mutationFn: async () => (await call(runSchedule, { params: { scheduleId } })).body.occurrence,
    onSuccess: () => forget(scheduleId),
  });
}

export function useDeleteSchedule(scheduleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(deleteSchedule, { params: { scheduleId } }),
    meta: { inline: true },
    onSuccess: () => {
      client.removeQueries({ queryKey: scheduleQuery(scheduleId).queryKey });
      return client.invalidateQueries({ queryKey: listKey });
    },
  });
}
