import { useQuery } from '@tanstack/react-query';
import { lookUpInvitation } from '#features/organizations/invitations-contract.ts';
import { call } from '#ui/app/call.ts';

/** What the link of an invitation is for. Fails with `invitation_invalid` once it no longer works. */
export const useInvitation = (token: string) =>
  useQuery({
    queryKey: ['invitation', token],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await call(lookUpInvitation, { query: { token } }, { signal })).body,
  });
