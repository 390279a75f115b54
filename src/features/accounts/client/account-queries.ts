/** Changes of one's own account, and the links that emails carry. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  changeEmail,
  changePassword,
  changeUser,
  deletePicture,
  forgotPassword,
  putPicture,
  resetPassword,
  type User,
  verifyEmail,
} from '#features/accounts/contract.ts';
import { call, callToRenew } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { refreshUser, storeUser } from './queries.ts';

const inline = { inline: true };

function useChange<Input>(change: (input: Input) => Promise<{ body: { user: User } }>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, meta: inline, onSuccess: ({ body }) => void storeUser(client, body.user) });
}

export const useChangeName = () => useChange((name: string) => call(changeUser, { body: { name } }));

export const useChangePassword = () => useChange((body: CallOf<typeof changePassword>['body']) => callToRenew(changePassword, { body }));

export const usePutPicture = () =>
  useChange(async (picture: Blob) =>
    call(putPicture, { body: new Uint8Array(await picture.arrayBuffer()) }, { headers: { 'content-type': picture.type } }),
  );

export function useDeletePicture() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => call(deletePicture, {}), onSuccess: () => refreshUser(client) });
}

export const useChangeEmail = () =>
  useMutation({
    mutationFn: async (body: CallOf<typeof changeEmail>['body']) => (await call(changeEmail, { body })).body.message,
    meta: inline,
  });

export const useForgotPassword = () =>
  useMutation({
    mutationFn: async (email: string) => (await call(forgotPassword, { body: { email } })).body.message,
    meta: inline,
  });

export const useResetPassword = () =>
  useMutation({
    mutationFn: async (body: CallOf<typeof resetPassword>['body']) => (await call(resetPassword, { body })).body.email,
    meta: inline,
  });

export function useVerifyEmail() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (token: string) => (await call(verifyEmail, { body: { token } })).body.email,
    meta: inline,
    onSuccess: () => refreshUser(client),
  });
}
