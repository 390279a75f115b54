import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  addToolServer,
  changeFetchHosts,
  changeToolServer,
  getFetchHosts,
  listToolServers,
  removeToolServer,
  type ToolServer,
  testToolServer,
} from '#features/connections/contract.ts';
import { call } from '#ui/call.ts';
import type { CallOf } from '#wire/contract.ts';

const listKey = ['tool-servers'];
const TOOLS_STAY_MS = 60_000;

export const useToolServers = (organization: string) =>
  useQuery({
    queryKey: [...listKey, organization],
    queryFn: async ({ signal }) => (await call(listToolServers, { query: { organization } }, { signal })).body.toolServers,
  });

/** What a server says its tools are; asked again whenever its settings change. */
export const useServerTools = ({ id, url, hasToken, slug, privateNetwork }: ToolServer) =>
  useQuery({
    queryKey: ['server-tools', id, url, hasToken, slug, privateNetwork],
    queryFn: async ({ signal }) => (await call(testToolServer, { params: { toolServerId: id } }, { signal })).body,
    staleTime: TOOLS_STAY_MS,
  });

export function useAddToolServer(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<typeof addToolServer>['body']) => call(addToolServer, { query: { organization }, body }),
    meta: { inline: true },
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
  });
}

export function useChangeToolServer({ id }: ToolServer, { inline = false } = {}) {
  const client = useQueryClient();
  const mutationKey = ['tool-server', id];
  return useMutation({
    mutationFn: (body: CallOf<typeof changeToolServer>['body']) => call(changeToolServer, { params: { toolServerId: id }, body }),
    meta: { inline },
    mutationKey,
    // One after the other, each shown at once: the next switch builds on what this one makes of the list.
    scope: { id: `tool server ${id}` },
    onMutate: ({ disabledTools }) => {
      if (!disabledTools) return;
      // What is being read does not know of this yet.
      void client.cancelQueries({ queryKey: listKey });
      const apply = (server: ToolServer) => (server.id === id ? { ...server, disabledTools } : server);
      client.setQueriesData<ToolServer[]>({ queryKey: listKey }, (servers) => servers?.map(apply));
    },
    onSettled: async (_result, _error, changes) => {
      // What waits its turn is shown already, and reads the list when it is done.
      if (client.isMutating({ mutationKey }) === 1) await client.invalidateQueries({ queryKey: listKey });
      // A new token shows in nothing else.
      if (changes.token) await client.invalidateQueries({ queryKey: ['server-tools', id] });
    },
  });
}

export function useRemoveToolServer({ id }: ToolServer) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(removeToolServer, { params: { toolServerId: id } }),
    meta: { inline: true },
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
  });
}

const hostsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['fetch-hosts', organization],
    queryFn: async ({ signal }) => (await call(getFetchHosts, { query: { organization } }, { signal })).body.hosts,
  });

export const useFetchHosts = (organization: string) => useQuery(hostsQuery(organization));

export function useChangeFetchHosts(organization: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (hosts: string[]) => (await call(changeFetchHosts, { query: { organization }, body: { hosts } })).body.hosts,
    meta: { inline: true },
    onSuccess: (hosts) => client.setQueryData(hostsQuery(organization).queryKey, hosts),
  });
}
