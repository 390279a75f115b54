import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { currentUser, login, logout, signup, type User } from '#features/accounts/contract.ts';
import { call } from '#ui/call.ts';
import { hasStatus } from '#ui/explain.ts';
import type { BodyOf } from '#wire/contract.ts';

/** Null: nobody is signed in. */
const currentUserQuery = queryOptions({
  queryKey: ['user'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<User | null> => {
    try {
      return (await call(currentUser, {}, { signal })).body.user;
    } catch (error) {
      if (hasStatus(error, 401)) return null;
      throw error;
    }
  },
});

export const useCurrentUser = () => useQuery(currentUserQuery);

export function forgetUser(client: QueryClient): void {
  client.setQueryData(currentUserQuery.queryKey, null);
}

/** What the one before could see is dropped before the next one looks. */
function forgetAllBut(client: QueryClient, user: User | null): void {
  // The user's own query stays, for the page that shows it would not notice that another takes its place.
  client.setQueryData(currentUserQuery.queryKey, user);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== currentUserQuery.queryKey[0] });
}

function useEnter<Input>(enter: (input: Input) => Promise<{ body: { user: User } }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: enter,
    meta: { inline: true },
    onSuccess: ({ body }) => {
      forgetAllBut(client, body.user);
    },
  });
}

export const useSignIn = () => useEnter((body: BodyOf<typeof login>) => call(login, { body }));
export const useSignUp = () => useEnter((body: BodyOf<typeof signup>) => call(signup, { body }));

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(logout, {}),
    onSuccess: () => forgetAllBut(client, null),
  });
}
