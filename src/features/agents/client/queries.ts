import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Agent, archiveAgent, changeAgent, createAgent, getAgent, listAgents, restoreAgent } from '#features/agents/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';

const listKey = ['agents'];

const listQuery = (organization: string, archived: boolean) =>
  queryOptions({
    queryKey: [...listKey, organization, archived],
    queryFn: async ({ signal }) =>
      (await call(listAgents, { query: { organization, archived: archived ? 'true' : 'false' } }, { signal })).body,
  });

export const useAgents = (organizationId: string, archived = false) => useQuery(listQuery(organizationId, archived));

/** An agent and its versions, latest page first. */
const agentQuery = (agentId: string) =>
  infiniteQueryOptions({
    queryKey: ['agent', agentId],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (await call(getAgent, { params: { agentId }, query: { before: pageParam } }, { signal })).body,
    getNextPageParam: ({ versions, more }) => (more ? versions.at(-1)?.version : undefined),
  });

export const useAgent = (agentId: string) => useInfiniteQuery(agentQuery(agentId));

/** Invalidates everything a change of an agent makes stale. */
function useForget() {
  const client = useQueryClient();
  return (agentId: string) =>
    Promise.all([client.invalidateQueries({ queryKey: listKey }), client.invalidateQueries({ queryKey: agentQuery(agentId).queryKey })]);
}

export function useCreateAgent(organization: string) {
  const forget = useForget();
  return useMutation({
    mutationFn: async (body: CallOf<typeof createAgent>['body']) => (await call(createAgent, { query: { organization }, body })).body.agent,
    meta: { inline: true },
    onSuccess: ({ id }) => forget(id),
  });
}

export function useChangeAgent(agentId: string) {
  const forget = useForget();
  return useMutation({
    mutationFn: async (body: CallOf<typeof changeAgent>['body']) => (await call(changeAgent, { params: { agentId }, body })).body.agent,
    meta: { inline: true },
    onSuccess: () => forget(agentId),
  });
}

export function useArchiveAgent() {
  const forget = useForget();
  return useMutation({
    mutationFn: ({ id }: Pick<Agent, 'id'>) => call(archiveAgent, { params: { agentId: id } }),
    onSuccess: (_, { id }) => forget(id),
  });
}

export function useRestoreAgent() {
  const forget = useForget();
  return useMutation({
    mutationFn: ({ id }: Pick<Agent, 'id'>) => call(restoreAgent, { params: { agentId: id } }),
    onSuccess: (_, { id }) => forget(id),
  });
}
