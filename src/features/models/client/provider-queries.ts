import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  changeModelProvider,
  createModelProvider,
  deleteModelProvider,
  listModelProviders,
  type ModelProvider,
  testModelProvider,
} from '#features/models/providers-contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { invalidateModels } from './queries.ts';

/** How long a provider's response is shown without asking again, in ms. */
const STAYS_MS = 60_000;

export const useModelProviders = (organization: string) =>
  useQuery({
    queryKey: ['model-providers', organization],
    queryFn: async ({ signal }) => (await call(listModelProviders, { query: { organization } }, { signal })).body,
  });

/** A provider's list of models; requested again whenever its settings change. */
export const useProviderTest = ({ id, changedAt }: ModelProvider) =>
  useQuery({
    queryKey: ['model-provider-test', id, changedAt],
    staleTime: STAYS_MS,
    queryFn: async ({ signal }) => (await call(testModelProvider, { params: { providerId: id } }, { signal })).body,
  });

export function useAddProvider(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<typeof createModelProvider>['body']) => call(createModelProvider, { query: { organization }, body }),
    meta: { inline: true },
    onSuccess: () => invalidateModels(client),
  });
}

export function useChangeProvider({ id }: ModelProvider) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<typeof changeModelProvider>['body']) => call(changeModelProvider, { params: { providerId: id }, body }),
    meta: { inline: true },
    onSuccess: () => invalidateModels(client),
  });
}

export function useDeleteProvider({ id }: ModelProvider) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(deleteModelProvider, { params: { providerId: id } }),
    meta: { inline: true },
    // Not awaited: updating the list unmounts the caller before it would learn that the mutation is done.
    onSuccess: () => void invalidateModels(client),
  });
}
