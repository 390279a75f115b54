import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  getTrigger,
  listAllTriggers,
  listTriggerOccurrences,
  listTriggers,
  renewSecret,
} from '#features/triggers/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';

export type NewTriggerSettings = CallOf<typeof createTrigger>['body'];
type TriggerChanges = CallOf<typeof changeTrigger>['body'];

const listKey = ['triggers'];
/** Triggers fire by themselves, so their outcomes are polled. */
const POLL_EVERY_MS = 10_000;

/** Of one project, or of the whole organization. */
export const useTriggers = (organization: string, projectId: string | undefined) =>
  useQuery({
    queryKey: [...listKey, organization, projectId],
    refetchInterval: POLL_EVERY_MS,
    queryFn: async ({ signal }) =>
      (projectId
        ? await call(listTriggers, { params: { projectId } }, { signal })
        : await call(listAllTriggers, { query: { organization } }, { signal })
      ).body.triggers,
  });

const triggerQuery = (triggerId: string) =>
  queryOptions({
    queryKey: ['trigger', triggerId],
    refetchInterval: POLL_EVERY_MS,
    queryFn: async ({ signal }) => (await call(getTrigger, { params: { triggerId } }, { signal })).body.trigger,
  });

export const useTrigger = (triggerId: string) => useQuery(triggerQuery(triggerId));

export const useTriggerHistory = (triggerId: string) =>
  useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ['trigger-history', triggerId],
      initialPageParam: undefined as number | undefined,
      refetchInterval: POLL_EVERY_MS,
      queryFn: async ({ pageParam, signal }) =>
        (await call(listTriggerOccurrences, { params: { triggerId }, query: { before: pageParam } }, { signal })).body,
      getNextPageParam: ({ occurrences, more }) => (more ? occurrences.at(-1)?.id : undefined),
    }),
  );

/** Invalidates everything a change of a trigger makes stale. */
function useForget() {
  const client = useQueryClient();
  return (triggerId: string) =>
    Promise.all([
      client.invalidateQueries({ queryKey: listKey }),
      client.invalidateQueries({ queryKey: triggerQuery(triggerId).queryKey }),
    ]);
}

export function useCreateTrigger() {
  const forget = useForget();
  return useMutation({
    mutationFn: async ({ projectId, settings }: { projectId: string; settings: NewTriggerSettings }) =>
      (await call(createTrigger, { params: { projectId }, body: settings })).body,
    meta: { inline: true },
    onSuccess: ({ trigger }) => forget(trigger.id),
  });
}

/** @param inline the form shows the error; otherwise a toast does */
export function useChangeTrigger(triggerId: string, inline: boolean) {
  const forget = useForget();
  return useMutation({
    mutationFn: async (body: TriggerChanges) => (await call(changeTrigger, { params: { triggerId }, body })).body.trigger,
    meta: { inline },
    // Also if someone else has changed it.
    onSettled: () => forget(triggerId),
  });
}

export function useRenewSecret(triggerId: string) {
  const forget = useForget();
  return useMutation({
    mutationFn: async () => (await call(renewSecret, { params: { triggerId } })).body.secret,
    onSuccess: () => forget(triggerId),
  });
}

export function useDeleteTrigger(triggerId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(deleteTrigger, { params: { triggerId } }),
    meta: { inline: true },
    onSuccess: () => {
      client.removeQueries({ queryKey: triggerQuery(triggerId).queryKey });
      return client.invalidateQueries({ queryKey: listKey });
    },
  });
}
