import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { confirmIdentity, currentUser, login, logout, signup, type User } from '#features/accounts/contract.ts';
import { actingUser, announceLeaving, announceUser, isLeavingElsewhere, setActingUser } from '#ui/app/acting-user.ts';
import { call } from '#ui/app/call.ts';
import { hasStatus } from '#ui/format/explain.ts';
import type { BodyOf } from '#wire/contract.ts';
import { explainSignOut } from './signed-out.ts';
import { texts } from './texts/sign-in.ts';

const RECHECK_MS = 2000;

/** Null if nobody is signed in. */
const currentUserQuery = queryOptions({
  queryKey: ['user'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<User | null> => {
    try {
      const { user } = (await call(currentUser, {}, { signal })).body;
      setActingUser(user.id);
      return user;
    } catch (error) {
      if (!hasStatus(error, 401)) throw error;
      endSession();
      return null;
    }
  },
});

export const useCurrentUser = () => useQuery(currentUserQuery);

/** The session ended: it expired, was revoked elsewhere, or the user signed out in another tab. */
function endSession(): void {
  if (actingUser() !== undefined) explainSignOut(isLeavingElsewhere() ? texts.signedOut.elsewhere : texts.signedOut.ended);
  setActingUser(undefined);
}

export function forgetUser(client: QueryClient): void {
  endSession();
  client.setQueryData(currentUserQuery.queryKey, null);
}

/** A change of their own account returns it as it is now. */
export const storeUser = (client: QueryClient, user: User) => client.setQueryData(currentUserQuery.queryKey, user);
export const refreshUser = (client: QueryClient) => client.invalidateQueries({ queryKey: currentUserQuery.queryKey });
/** Reads the person's roles again, unless they were read a moment ago: what is missing may simply not exist. */
export function recheckUser(client: QueryClient): void {
  const { dataUpdatedAt = 0 } = client.getQueryState(currentUserQuery.queryKey) ?? {};
  if (Date.now() - dataUpdatedAt > RECHECK_MS) void refreshUser(client);
}

export const forgetAll = (client: QueryClient): void => forgetAllBut(client, null);

/** Drops what the previous user could see before the next one sees the page. */
function forgetAllBut(client: QueryClient, user: User | null): void {
  setActingUser(user?.id);
  // The user's own query stays, because the page that shows it would not notice a replacement.
  client.setQueryData(currentUserQuery.queryKey, user);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== currentUserQuery.queryKey[0] });
}

function useEnter<Input>(enter: (input: Input) => Promise<{ body: { user: User } }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: enter,
    meta: { inline: true },
    onSuccess: ({ body }) => {
      explainSignOut(undefined);
      forgetAllBut(client, body.user);
      announceUser(body.user.id);
    },
  });
}

export const useSignIn = () => useEnter((body: BodyOf<typeof login>) => call(login, { body }));
export const useSignUp = () => useEnter((body: BodyOf<typeof signup>) => call(signup, { body }));

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => {
      announceLeaving();
      return call(logout, {});
    },
    onSuccess: () => {
      forgetAll(client);
      announceUser(null);
    },
  });
}

export const useConfirmIdentity = () =>
  useMutation({
    mutationFn: (password: string) => call(confirmIdentity, { body: { password } }),
    meta: { inline: true },
  });
