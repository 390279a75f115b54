import { useInfiniteQuery } from '@tanstack/react-query';
import type { ApprovalKind } from '#features/runs/approvals-contract.ts';
import { approvalsKey } from '#features/runs/client/approvals/approvals-key.ts';
import { call } from '#ui/app/call.ts';
import { listApprovals } from '../contract.ts';

export interface InboxFilter {
  status: 'pending' | 'decided';
  mine: boolean;
  kind: ApprovalKind | undefined;
  project: string | undefined;
}

export const useApprovals = ({ status, mine, kind, project }: InboxFilter) =>
  useInfiniteQuery({
    queryKey: [...approvalsKey, 'list', status, mine, kind, project],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: before, signal }) =>
      (await call(listApprovals, { query: { status, mine: mine ? 'true' : 'false', kind, project, before } }, { signal })).body,
    getNextPageParam: ({ approvals, more }) => (more ? approvals.at(-1)?.id : undefined),
    // The live stream updates the list; polling is for browsers that cannot open it.
    refetchInterval: 60_000,
  });
