import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { refreshUser } from '#features/accounts/client/queries.ts';
import { instructionsKey } from '#features/instructions/client/instructions-key.ts';
import { autonomyKey } from '#features/policies/client/autonomy-key.ts';
import { refreshProject } from '#features/projects/client/queries.ts';
import { approvalsKey } from '#features/runs/client/approvals/approvals-key.ts';
import { nameTool } from '#features/tools/client/tool-call.ts';
import { useTitleCount } from '#ui/app/document-title.ts';
import { publishLive } from '#ui/app/live-events.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import type { ApprovalUpdate } from '../contract.ts';
import { STREAM_PATH } from '../stream-path.ts';
import { CHECK, openSharedStream } from './shared-stream.ts';
import { texts } from './texts/announcement.ts';

/** Filled only by the stream. */
const approvalUpdateQuery = queryOptions<ApprovalUpdate | null>({
  queryKey: ['approval-news'],
  queryFn: () => null,
  staleTime: Infinity,
  gcTime: Infinity,
  enabled: false,
});

interface InboxOptions {
  userId: string;
  /** Which approvals to announce. */
  of: 'mine' | 'all';
  /** The user already sees the approval, so it is not announced. */
  isShown: (update: NonNullable<ApprovalUpdate['newest']>) => boolean;
  onOpen: (approvalId: string) => void;
}

/** Subscribes to approvals while mounted; used once per page. @returns the number of waiting items */
export function useInbox({ userId, of, isShown, onOpen }: InboxOptions): number {
  const client = useQueryClient();
  const { data } = useQuery(approvalUpdateQuery);
  const notify = useEffectEvent((before: ApprovalUpdate | null | undefined, update: ApprovalUpdate) => {
    const key = of === 'all' ? 'newestOfAll' : 'newest';
    const newest = before && findAsked(before[key], update[key]);
    if (newest && !isShown(newest))
      showToast(describeUpdate(newest), { kind: 'question', action: { label: texts.open, onSelect: () => onOpen(newest.id) } });
  });
  useEffect(() => {
    const onEvent = (event: string, heard: unknown) => {
      publishLive(event, heard);
      if (event === 'notification') return void client.invalidateQueries({ queryKey: ['notifications'] });
      if (event === CHECK) return void refreshUser(client);
      // The person may have lost, or got, anything that the page shows.
      if (event === 'user') return void refreshUser(client).then(() => client.invalidateQueries());
      if (event === 'project') return void refreshProject(client, (heard as { projectId: string }).projectId);
      if (event === 'autonomy') return void client.invalidateQueries({ queryKey: autonomyKey });
      if (event !== 'approvals') return;
      const update = heard as ApprovalUpdate;
      notify(applyUpdate(client, update), update);
    };
    return openSharedStream({
      name: `guildhall inbox of ${userId}`,
      url: STREAM_PATH,
      events: ['approvals', 'autonomy', 'notification', 'project', 'user', 'files', 'presence', 'hold'],
      onEvent,
    });
  }, [client, userId]);
  const pending = (data?.pending ?? 0) + (data?.instructions ?? 0);
  useTitleCount(pending);
  return pending;
}

/** @returns the previous update */
function applyUpdate(client: QueryClient, update: ApprovalUpdate): ApprovalUpdate | null | undefined {
  const before = client.getQueryData(approvalUpdateQuery.queryKey);
  client.setQueryData(approvalUpdateQuery.queryKey, update);
  void client.invalidateQueries({ queryKey: approvalsKey });
  void client.invalidateQueries({ queryKey: instructionsKey });
  void client.invalidateQueries({ queryKey: autonomyKey });
  return before;
}

/** The approval requested since the last update. When the newest one is resolved, an older one takes its place, which does not count. */
const findAsked = (before: ApprovalUpdate['newest'], now: ApprovalUpdate['newest']): ApprovalUpdate['newest'] =>
  now && now.askedAt > (before?.askedAt ?? '') ? now : null;

function describeUpdate({ kind, projectName, paths, ...call }: NonNullable<ApprovalUpdate['newest']>): string {
  if (kind === 'budget') return texts.budget(projectName);
  const [path] = paths;
  return texts.call(projectName, nameTool(call), path && markPath(path));
}
