import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  addToolServer,
  changeFetchHosts,
  changeServerTools,
  changeToolServer,
  getFetchHosts,
  listServerTools,
  listToolServers,
  removeToolServer,
  type ServerTool,
  type ToolServer,
  testToolServer,
} from '#features/connections/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf, ReplyOf } from '#wire/contract.ts';

const listKey = ['tool-servers'];
const TOOLS_STAY_MS = 60_000;

export const useToolServers = (organization: string) =>
  useQuery({
    queryKey: [...listKey, organization],
    queryFn: async ({ signal }) => (await call(listToolServers, { query: { organization } }, { signal })).body.toolServers,
  });

type ListedTools = ReplyOf<typeof listServerTools>['body'];
const toolsKey = (id: string) => ['server-tools', id];

/** The tools a server listed last, available at once. */
export const useServerTools = ({ id }: ToolServer) =>
  useQuery({
    queryKey: toolsKey(id),
    queryFn: async ({ signal }) => (await call(listServerTools, { params: { toolServerId: id } }, { signal })).body,
  });

/** Lists a server's tools now, and again whenever its settings change; the server may be slow. */
export function useServerTest({ id, changedAt }: ToolServer) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ['server-test', id, changedAt],
    queryFn: async ({ signal }) => {
      const { body } = await call(testToolServer, { params: { toolServerId: id } }, { signal });
      await Promise.all([client.invalidateQueries({ queryKey: toolsKey(id) }), client.invalidateQueries({ queryKey: listKey })]);
      return body;
    },
    staleTime: TOOLS_STAY_MS,
  });
}

/** Turns a server's tools on, as they are shown, or off. Applied to the screen at once, sent one after another. */
export function useTurnTools({ id }: ToolServer) {
  const client = useQueryClient();
  const mutationKey = ['turn-tools', id];
  return useMutation({
    mutationFn: ({ tools, on }: { tools: readonly ServerTool[]; on: boolean }) => {
      const chosen = tools.flatMap(({ name, digest }) => (digest === undefined ? [] : [{ name, digest }]));
      const body = on ? { on: chosen } : { off: chosen.map(({ name }) => name) };
      return call(changeServerTools, { params: { toolServerId: id }, body });
    },
    mutationKey,
    scope: { id: `tools-of-${id}` },
    onMutate: ({ tools, on }) => {
      const names = new Set(tools.map(({ name }) => name));
      // A fetch in progress does not include this change yet.
      void client.cancelQueries({ queryKey: toolsKey(id) });
      const apply = (tool: ServerTool): ServerTool => (names.has(tool.name) ? { ...tool, state: on ? 'on' : 'off' } : tool);
      client.setQueryData<ListedTools>(toolsKey(id), (listed) => listed && { ...listed, tools: listed.tools.map(apply) });
    },
    onSettled: async () => {
      // Queued mutations are already shown, and refetch the list when they finish.
      if (client.isMutating({ mutationKey }) > 1) return;
      await Promise.all([client.invalidateQueries({ queryKey: toolsKey(id) }), client.invalidateQueries({ queryKey: listKey })]);
    },
  });
}

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
  return useMutation({
    mutationFn: (body: CallOf<typeof changeToolServer>['body']) => call(changeToolServer, { params: { toolServerId: id }, body }),
    meta: { inline },
    onSettled: () => client.invalidateQueries({ queryKey: listKey }),
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
