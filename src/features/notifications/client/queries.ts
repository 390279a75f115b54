import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  getNotificationSettings,
  listNotifications,
  makeNotificationSecret,
  type Notification,
  type NotificationSettings,
  putNotificationSettings,
  testNotification,
} from '#features/notifications/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';

const listKey = ['notifications'];
/** Polled while a delivery is in progress, so that its outcome appears. */
const POLL_EVERY_MS = 5000;
/** Toasts show what arrived while the page was in the background; anything older is history. */
const PAGE_LIMIT = 5;

const settingsQuery = queryOptions({
  queryKey: ['notification-settings'],
  staleTime: 60_000,
  queryFn: async ({ signal }) => (await call(getNotificationSettings, {}, { signal })).body.settings,
});

export const useNotificationSettings = () => useQuery(settingsQuery);

export function useSaveNotificationSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CallOf<typeof putNotificationSettings>['body']) =>
      (await call(putNotificationSettings, { body })).body.settings,
    meta: { inline: true },
    onSuccess: (settings) => client.setQueryData(settingsQuery.queryKey, settings),
  });
}

export function useMakeSecret() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => (await call(makeNotificationSecret, {})).body.secret,
    meta: { inline: true },
    onSuccess: () => {
      const apply = (settings?: NotificationSettings) => settings && { ...settings, webhook: { ...settings.webhook, hasSecret: true } };
      client.setQueryData(settingsQuery.queryKey, apply);
    },
  });
}

export const useTestNotification = () =>
  useMutation({
    mutationFn: async (channel: 'email' | 'webhook') => (await call(testNotification, { body: { channel } })).body,
    meta: { inline: true },
  });

export const useNotifications = () =>
  useInfiniteQuery({
    queryKey: [...listKey, 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => (await call(listNotifications, { query: { before: pageParam } }, { signal })).body,
    getNextPageParam: ({ more, notifications }) => (more ? notifications.at(-1)?.id : undefined),
    refetchInterval: ({ state }) => isWaiting(state.data?.pages) && POLL_EVERY_MS,
  });

const isWaiting = (pages: readonly { notifications: readonly Notification[] }[] = []): boolean =>
  pages.some(({ notifications }) => notifications.some(({ status }) => status === 'waiting'));

/** Newest first. */
export const useNewestInPage = () =>
  useQuery({
    queryKey: [...listKey, 'page'],
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<Notification[]> =>
      (await call(listNotifications, { query: { channel: 'page', limit: PAGE_LIMIT } }, { signal })).body.notifications,
  });
