import { useQuery } from '@tanstack/react-query';
import { lookUpInvitation } from '#features/organizations/invitations-contract.ts';
import { call } from '#ui/app/call.ts';

/** What the link of an invitation is for; disabled without one. A 404 means that it works no more. */
export const useInvitation = (token: string | undefined) =>
  useQuery({
    queryKey: ['invitation', token],
    enabled: token !== undefined,
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await call(lookUpInvitation, { query: { token: token ?? '' } }, { signal })).body,
  });
