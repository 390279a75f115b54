import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createToken, listTokens, revokeToken } from '#features/tokens/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';

const listKey = ['tokens'];

/** Whose tokens: one's own, or those of an organization. */
export type TokenOwner = { owner: 'me'; organizationId?: undefined } | { owner: 'organization'; organizationId: string };

export const useTokens = ({ owner, organizationId }: TokenOwner) =>
  useQuery({
    queryKey: [...listKey, owner, organizationId],
    queryFn: async ({ signal }) => (await call(listTokens, { query: { owner, organization: organizationId } }, { signal })).body.tokens,
  });

type NewToken = Omit<CallOf<typeof createToken>['body'], 'owner'>;

export function useCreateToken({ owner, organizationId }: TokenOwner) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (token: NewToken) =>
      (await call(createToken, { query: { organization: organizationId }, body: { ...token, owner } })).body,
    meta: { inline: true },
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (tokenId: string) => call(revokeToken, { params: { tokenId } }),
    meta: { inline: true },
    onSettled: () => client.invalidateQueries({ queryKey: listKey }),
  });
}
