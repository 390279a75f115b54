import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { autonomyKey } from '#features/policies/client/autonomy-key.ts';
import { switchAutonomy } from '#features/runs/switch-contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { getAutonomy } from '../overview-contract.ts';

/** Running work changes every second and sends no notification per step, so the page polls. */
const ASK_EVERY_MS = 3000;

const overviewQuery = (organization: string) =>
  queryOptions({
    queryKey: [...autonomyKey, 'overview', organization],
    queryFn: async ({ signal }) => (await call(getAutonomy, { query: { organization } }, { signal })).body,
    refetchInterval: ASK_EVERY_MS,
  });

export const useOverview = (organizationId: string) => useQuery(overviewQuery(organizationId));

export function useSwitch(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CallOf<typeof switchAutonomy>['body']) => (await call(switchAutonomy, { query: { organization }, body })).body,
    meta: { inline: true },
    onSettled: () => client.invalidateQueries({ queryKey: autonomyKey }),
  });
}
