import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ApprovalKind, decideApproval, getApproval } from '#features/runs/approvals-contract.ts';
import { call } from '#ui/app/call.ts';
import type { BodyOf } from '#wire/contract.ts';
import { type ApprovalNews, listApprovals } from '../contract.ts';

/** Begins the key of all that news of approvals may have changed; the screen of a run reads some of it too. */
export const approvalsKey = ['approvals'];

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
    // News come by themselves; this is for a browser that cannot hear them.
    refetchInterval: 60_000,
  });

export const useApproval = (approvalId: string) =>
  useQuery({
    queryKey: [...approvalsKey, 'one', approvalId],
    queryFn: async ({ signal }) => (await call(getApproval, { params: { approvalId } }, { signal })).body,
  });

export const newsQuery = queryOptions<ApprovalNews | null>({
  queryKey: ['approval-news'],
  queryFn: () => null,
  staleTime: Infinity,
  gcTime: Infinity,
  enabled: false,
});

export function useDecide(approvalId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: BodyOf<typeof decideApproval>) => (await call(decideApproval, { params: { approvalId }, body })).body.approval,
    meta: { inline: true },
    // Also after a refusal: somebody may have been first.
    onSettled: () => client.invalidateQueries({ queryKey: approvalsKey }),
  });
}
