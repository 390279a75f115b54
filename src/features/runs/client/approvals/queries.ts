import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerQuestion } from '#features/runs/contract.ts';
import { call } from '#ui/app/call.ts';
import type { BodyOf } from '#wire/contract.ts';
import { type Approval, decideApproval, getApproval } from '../../approvals-contract.ts';
import { useRefreshRuns, useShowRun } from '../queries.ts';
import { approvalsKey } from './approvals-key.ts';

export const useApproval = (approvalId: string) =>
  useQuery({
    queryKey: [...approvalsKey, 'one', approvalId],
    queryFn: async ({ signal }) => (await call(getApproval, { params: { approvalId } }, { signal })).body,
  });

/** Approves or rejects. */
export function useResolveApproval({ id: approvalId, projectId }: Pick<Approval, 'id' | 'projectId'>) {
  const client = useQueryClient();
  const refreshRuns = useRefreshRuns(projectId);
  return useMutation({
    mutationFn: async (body: BodyOf<typeof decideApproval>) => (await call(decideApproval, { params: { approvalId }, body })).body.approval,
    meta: { inline: true },
    // Also after an error: another person may have been first.
    onSettled: () => {
      refreshRuns();
      return client.invalidateQueries({ queryKey: approvalsKey });
    },
  });
}

/** Answers a question about a tool call that is neither approved nor rejected. */
export function useAnswer(projectId: string, runId: string) {
  const client = useQueryClient();
  const show = useShowRun(projectId);
  const refreshRuns = useRefreshRuns(projectId);
  return useMutation({
    mutationFn: async (body: BodyOf<typeof answerQuestion>) => (await call(answerQuestion, { params: { runId }, body })).body.run,
    meta: { inline: true },
    onSuccess: show,
    // Another person may have answered, and the run may have continued.
    onError: refreshRuns,
    onSettled: () => client.invalidateQueries({ queryKey: approvalsKey }),
  });
}
