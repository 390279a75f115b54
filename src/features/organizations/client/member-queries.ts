import { type InfiniteData, infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { refreshUser } from '#features/accounts/client/queries.ts';
import { createPasswordLink } from '#features/accounts/contract.ts';
import { changeMember, listMembers, type Member, removeMember } from '#features/organizations/contract.ts';
import { call } from '#ui/app/call.ts';
import type { ReplyOf } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { organizationKey } from './queries.ts';

type Page = ReplyOf<typeof listMembers>['body'];

const membersKey = (organization: string) => [...organizationKey(organization), 'members'];

const membersQuery = (organization: string) =>
  infiniteQueryOptions({
    queryKey: membersKey(organization),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => (await call(listMembers, { query: { organization, cursor } }, { signal })).body,
    getNextPageParam: ({ nextCursor }: Page) => nextCursor,
    select: ({ pages }: InfiniteData<Page>): readonly Member[] => pages.flatMap(({ members }) => members),
  });

/** By name; `fetchNextPage` reads more of a large organization. */
export const useMembers = (organization: string) => useInfiniteQuery(membersQuery(organization));

export function useChangeMember(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      call(changeMember, { query: { organization }, params: { userId }, body: { role } }),
    onSettled: () => Promise.all([refreshUser(client), client.invalidateQueries({ queryKey: membersKey(organization) })]),
  });
}

export function useRemoveMember(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => call(removeMember, { query: { organization }, params: { userId } }),
    meta: { inline: true },
    onSuccess: () => client.invalidateQueries({ queryKey: membersKey(organization) }),
  });
}

export const useCreatePasswordLink = (organization: string) =>
  useMutation({
    mutationFn: async (userId: string) => (await call(createPasswordLink, { query: { organization }, params: { userId } })).body,
    meta: { inline: true },
  });
