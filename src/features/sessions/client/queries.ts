import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { listSessions, revokeOtherSessions, revokeSession } from '#features/sessions/contract.ts';
import { call } from '#ui/app/call.ts';

const queryKey = ['sessions'];

export const useSessions = () =>
  useQuery({ queryKey, queryFn: async ({ signal }) => (await call(listSessions, {}, { signal })).body.sessions });

export function useRevokeSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: string) => call(revokeSession, { params: { sessionId } }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

export function useRevokeOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(revokeOtherSessions, {}),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

/** Sessions ended for another reason: a new password. */
export function useRefreshSessions(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey });
}
