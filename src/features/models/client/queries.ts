import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  changeModelProvider,
  createModelProvider,
  deleteModelProvider,
  getModelSettings,
  listModelProviders,
  listModels,
  type ModelProvider,
  type ModelSettings,
  putModelSettings,
  testModelProvider,
} from '#features/models/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';

const STAYS_MS = 60_000;

export const useModels = (organization: string) =>
  useQuery({
    queryKey: ['models', organization],
    staleTime: STAYS_MS,
    queryFn: async ({ signal }) => (await call(listModels, { query: { organization } }, { signal })).body,
  });

export const useModelProviders = (organization: string) =>
  useQuery({
    queryKey: ['model-providers', organization],
    queryFn: async ({ signal }) => (await call(listModelProviders, { query: { organization } }, { signal })).body,
  });

/** What a provider says its models are; asked again whenever it changes. */
export const useProviderTest = ({ id, changedAt }: ModelProvider) =>
  useQuery({
    queryKey: ['model-provider-test', id, changedAt],
    staleTime: STAYS_MS,
    queryFn: async ({ signal }) => (await call(testModelProvider, { params: { providerId: id } }, { signal })).body,
  });

const settingsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['model-settings', organization],
    queryFn: async ({ signal }) => (await call(getModelSettings, { query: { organization } }, { signal })).body,
  });

export const useModelSettings = (organization: string) => useQuery(settingsQuery(organization));

/** Whatever tells of models, in other rooms too. */
const invalidateModels = (client: QueryClient) =>
  client.invalidateQueries({ predicate: ({ queryKey: [topic] }) => typeof topic === 'string' && topic.startsWith('model') });

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
    // Not waited for: with the list, whoever asked for it would be gone before it hears that it is done.
    onSuccess: () => void invalidateModels(client),
  });
}

export function useSaveSettings(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: ModelSettings) => (await call(putModelSettings, { query: { organization }, body })).body,
    meta: { inline: true },
    onSuccess: (saved) => {
      client.setQueryData(settingsQuery(organization).queryKey, saved);
      return invalidateModels(client);
    },
  });
}
