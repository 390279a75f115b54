import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshUser } from '#features/accounts/client/queries.ts';
import {
  changeOrganization,
  createOrganization,
  getOrganization,
  leaveOrganization,
  switchOrganization,
  transferOwnership,
} from '#features/organizations/contract.ts';
import { call } from '#ui/app/call.ts';
import { setTabOrganization } from '#ui/app/tab-organization.ts';
import type { BodyOf } from '#wire/contract.ts';

/** Everything an organization's settings show begins with this key. */
export const organizationKey = (organization: string) => ['organization', organization];

const organizationQuery = (organization: string) =>
  queryOptions({
    queryKey: [...organizationKey(organization), 'settings'],
    queryFn: async ({ signal }) => (await call(getOrganization, { query: { organization } }, { signal })).body.organization,
  });

export const useOrganizationSettings = (organization: string) => useQuery(organizationQuery(organization));

export function useChangeOrganization(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: BodyOf<typeof changeOrganization>) =>
      (await call(changeOrganization, { query: { organization }, body })).body.organization,
    meta: { inline: true },
    onSuccess: (changed) => {
      client.setQueryData(organizationQuery(organization).queryKey, changed);
      // Its name also stands in the switcher.
      return refreshUser(client);
    },
  });
}

/** Moves this tab at once, and new tabs as soon as the server knows. */
export function useSwitchOrganization() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (organizationId: string) => call(switchOrganization, { params: { organizationId } }),
    onMutate: setTabOrganization,
    onSuccess: () => refreshUser(client),
  });
}

/** Founds an organization and moves this tab there. */
export function useCreateOrganization() {
  const client = useQueryClient();
  const { mutate: switchTo } = useSwitchOrganization();
  return useMutation({
    mutationFn: async (name: string) => (await call(createOrganization, { body: { name } })).body.organization,
    meta: { inline: true },
    onSuccess: async ({ id }) => {
      // The tab only stays in an organization that the person is known to belong to.
      await refreshUser(client);
      switchTo(id);
    },
  });
}

export function useTransferOwnership(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => call(transferOwnership, { query: { organization }, body: { userId } }),
    meta: { inline: true },
    onSuccess: () => Promise.all([refreshUser(client), client.invalidateQueries({ queryKey: organizationKey(organization) })]),
  });
}

export function useLeaveOrganization(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(leaveOrganization, { query: { organization } }),
    meta: { inline: true },
    onSuccess: () => refreshUser(client),
  });
}
