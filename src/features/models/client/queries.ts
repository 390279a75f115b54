import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getModelSettings, listModels, type ModelSettings, putModelSettings } from '#features/models/contract.ts';
import { call } from '#ui/app/call.ts';

const STAYS_MS = 60_000;

export const useModels = (organization: string) =>
  useQuery({
    queryKey: ['models', organization],
    staleTime: STAYS_MS,
    queryFn: async ({ signal }) => (await call(listModels, { query: { organization } }, { signal })).body,
  });

const settingsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['model-settings', organization],
    queryFn: async ({ signal }) => (await call(getModelSettings, { query: { organization } }, { signal })).body,
  });

export const useModelSettings = (organization: string) => useQuery(settingsQuery(organization));

/** Invalidates everything that depends on models, including in other features. */
export const invalidateModels = (client: QueryClient) =>
  client.invalidateQueries({ predicate: ({ queryKey: [topic] }) => typeof topic === 'string' && topic.startsWith('model') });

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
