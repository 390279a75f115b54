import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getPolicy, getProjectPolicy, putPolicy, putProjectPolicy } from '#features/policies/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { autonomyKey } from './autonomy-key.ts';

const policyQuery = (organization: string) =>
  queryOptions({
    queryKey: [...autonomyKey, 'policy', organization],
    queryFn: async ({ signal }) => (await call(getPolicy, { query: { organization } }, { signal })).body,
  });

const projectPolicyQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...autonomyKey, 'project-policy', projectId],
    queryFn: async ({ signal }) => (await call(getProjectPolicy, { params: { projectId } }, { signal })).body,
  });

export const usePolicy = (organizationId: string) => useQuery(policyQuery(organizationId));
export const useProjectPolicy = (projectId: string) => useQuery(projectPolicyQuery(projectId));

export function useSavePolicy(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CallOf<typeof putPolicy>['body']) => (await call(putPolicy, { query: { organization }, body })).body,
    meta: { inline: true },
    onSuccess: (saved) => client.setQueryData(policyQuery(organization).queryKey, saved),
    // Also after an error: another person may have saved in the meantime.
    onSettled: () => client.invalidateQueries({ queryKey: autonomyKey }),
  });
}

export function useSaveProjectPolicy(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CallOf<typeof putProjectPolicy>['body']) =>
      (await call(putProjectPolicy, { params: { projectId }, body })).body,
    meta: { inline: true },
    onSuccess: (saved) => client.setQueryData(projectPolicyQuery(projectId).queryKey, saved),
    onSettled: () => client.invalidateQueries({ queryKey: autonomyKey }),
  });
}
