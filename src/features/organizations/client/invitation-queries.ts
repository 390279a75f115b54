import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshUser } from '#features/accounts/client/queries.ts';
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from '#features/organizations/invitations-contract.ts';
import { call } from '#ui/app/call.ts';
import type { BodyOf } from '#wire/contract.ts';
import { organizationKey, useSwitchOrganization } from './queries.ts';

const invitationsKey = (organization: string) => [...organizationKey(organization), 'invitations'];

/** @param enabled false for somebody who may not see them */
export const useInvitations = (organization: string, enabled = true) =>
  useQuery({
    queryKey: invitationsKey(organization),
    enabled,
    queryFn: async ({ signal }) => (await call(listInvitations, { query: { organization } }, { signal })).body,
  });

export function useInvite(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: BodyOf<typeof createInvitation>) => (await call(createInvitation, { query: { organization }, body })).body,
    meta: { inline: true },
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsKey(organization) }),
  });
}

export function useResendInvitation(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (invitationId: string) => (await call(resendInvitation, { params: { invitationId } })).body,
    onSettled: () => client.invalidateQueries({ queryKey: invitationsKey(organization) }),
  });
}

export function useRevokeInvitation(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invitationId: string) => call(revokeInvitation, { params: { invitationId } }),
    onSettled: () => client.invalidateQueries({ queryKey: invitationsKey(organization) }),
  });
}

/** Joins the organization, and moves this tab there. */
export function useAcceptInvitation() {
  const client = useQueryClient();
  const { mutate: switchTo } = useSwitchOrganization();
  return useMutation({
    mutationFn: async (token: string) => (await call(acceptInvitation, { body: { token } })).body.organization,
    meta: { inline: true },
    onSuccess: async ({ id }) => {
      await refreshUser(client);
      switchTo(id);
    },
  });
}
