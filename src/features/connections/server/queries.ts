import { statement } from '#kernel/database/statement.ts';

export interface ToolServerRow {
  id: string;
  organization_id: string;
  slug: string;
  name: string;
  url: string;
  /** Sealed under the row's id, like the next two. */
  token: Buffer | null;
  /** JSON, value by name. */
  headers: Buffer | null;
  header_names: string[];
  /** The query string of its address. */
  query: Buffer | null;
  query_names: string[];
  /** Connected before tools were pinned: the tools it lists first are turned on. */
  pin_first_listing: boolean;
  disabled_tools: string[];
  enabled: boolean;
  private_network: boolean;
  changed_at: string;
}

const columns = `id, organization_id, slug, name, url, token, headers, header_names, query, query_names, pin_first_listing, disabled_tools, enabled,
  private_network, changed_at`;

export const selectToolServers = statement<ToolServerRow, { organizationId: string }>(
  'connections.select-tool-servers',
  `select ${columns} from tool_servers where organization_id = $organizationId order by lower(name), id`,
);

export const selectToolServer = statement<ToolServerRow, { id: string }>(
  'connections.select-tool-server',
  `select ${columns} from tool_servers where id = $id`,
);

/** No row if the organization has reached its limit. Two concurrent inserts may exceed it by one. */
export const insertToolServer = statement<
  ToolServerRow,
  {
    id: string;
    organizationId: string;
    slug: string;
    name: string;
    url: string;
    token: Buffer | null;
    headers: Buffer | null;
    headerNames: readonly string[];
    query: Buffer | null;
    queryNames: readonly string[];
    privateNetwork: boolean;
    userId: string;
    max: number;
  }
>(
  'connections.insert-tool-server',
  `insert into tool_servers (id, organization_id, slug, name, url, token, headers, header_names, query, query_names, private_network, user_id,
     pin_first_listing)
  select $id, $organizationId, $slug, $name, $url, $token, $headers, $headerNames, $query, $queryNames, $privateNetwork, $userId, false
  where (select count(*) from tool_servers where organization_id = $organizationId) < $max
  returning ${columns}`,
);

export const lockToolServer = statement<ToolServerRow, { id: string }>(
  'connections.lock-tool-server',
  `select ${columns} from tool_servers where id = $id for update`,
);

export const updateToolServer = statement<
  ToolServerRow,
  {
    id: string;
    slug: string;
    name: string;
    url: string;
    token: Buffer | null;
    headers: Buffer | null;
    headerNames: readonly string[];
    query: Buffer | null;
    queryNames: readonly string[];
    disabledTools: readonly string[];
    enabled: boolean;
    privateNetwork: boolean;
  }
>(
  'connections.update-tool-server',
  `update tool_servers set slug = $slug, name = $name, url = $url, token = $token, headers = $headers, header_names = $headerNames,
     query = $query, query_names = $queryNames,
    disabled_tools = $disabledTools, enabled = $enabled, private_network = $privateNetwork, changed_at = clock_timestamp()
  where id = $id returning ${columns}`,
);

/** Leaves the settings and so the session unchanged. */
export const setDisabledTools = statement<never, { id: string; disabledTools: readonly string[] }>(
  'connections.set-disabled-tools',
  'update tool_servers set disabled_tools = $disabledTools where id = $id',
);

/** Servers whose addresses were entered before parameters were sealed. */
export const selectOpenAddresses = statement<ToolServerRow, { limit: number }>(
  'connections.select-open-addresses',
  `select ${columns} from tool_servers where url like '%?%' limit $limit`,
);

/** Only if the row has not changed since it was read. */
export const sealAddress = statement<never, { id: string; before: string; url: string; query: Buffer; queryNames: readonly string[] }>(
  'connections.seal-address',
  `update tool_servers set url = $url, query = $query, query_names = $queryNames where id = $id and url = $before`,
);

export const deleteToolServer = statement<ToolServerRow, { id: string }>(
  'connections.delete-tool-server',
  `delete from tool_servers where id = $id returning ${columns}`,
);

export const selectFetchHosts = statement<{ hosts: string[] }, { organizationId: string }>(
  'connections.select-fetch-hosts',
  'select hosts from fetch_hosts where organization_id = $organizationId',
);

export const upsertFetchHosts = statement<never, { organizationId: string; hosts: readonly string[] }>(
  'connections.upsert-fetch-hosts',
  `insert into fetch_hosts (organization_id, hosts) values ($organizationId, $hosts)
  on conflict (organization_id) do update set hosts = excluded.hosts, changed_at = now()`,
);
