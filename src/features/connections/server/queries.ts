import { statement } from '#kernel/database/statement.ts';

export interface ToolServerRow {
  id: string;
  organization_id: string;
  slug: string;
  name: string;
  url: string;
  token: Buffer | null;
  disabled_tools: string[];
  enabled: boolean;
  private_network: boolean;
  changed_at: string;
}

const columns = 'id, organization_id, slug, name, url, token, disabled_tools, enabled, private_network, changed_at';

export const selectToolServers = statement<ToolServerRow, [organizationId: string]>(
  'connections.select-tool-servers',
  `select ${columns} from tool_servers where organization_id = $1 order by lower(name), id`,
);

export const selectToolServer = statement<ToolServerRow, [id: string]>(
  'connections.select-tool-server',
  `select ${columns} from tool_servers where id = $1`,
);

/** Nothing when the organization has as many as it may. Two at the same moment may get past that by one. */
export const insertToolServer = statement<
  ToolServerRow,
  [
    id: string,
    organizationId: string,
    slug: string,
    name: string,
    url: string,
    token: Buffer | null,
    privateNetwork: boolean,
    userId: string,
    max: number,
  ]
>(
  'connections.insert-tool-server',
  `insert into tool_servers (id, organization_id, slug, name, url, token, private_network, user_id)
  select $1, $2, $3, $4, $5, $6, $7, $8 where (select count(*) from tool_servers where organization_id = $2) < $9
  returning ${columns}`,
);

export const lockToolServer = statement<ToolServerRow, [id: string]>(
  'connections.lock-tool-server',
  `select ${columns} from tool_servers where id = $1 for update`,
);

export const updateToolServer = statement<
  ToolServerRow,
  [
    id: string,
    slug: string,
    name: string,
    url: string,
    token: Buffer | null,
    disabledTools: readonly string[],
    enabled: boolean,
    privateNetwork: boolean,
  ]
>(
  'connections.update-tool-server',
  `update tool_servers set slug = $2, name = $3, url = $4, token = $5, disabled_tools = $6, enabled = $7, private_network = $8,
    changed_at = clock_timestamp()
  where id = $1 returning ${columns}`,
);

export const deleteToolServer = statement<ToolServerRow, [id: string]>(
  'connections.delete-tool-server',
  `delete from tool_servers where id = $1 returning ${columns}`,
);

export const selectFetchHosts = statement<{ hosts: string[] }, [organizationId: string]>(
  'connections.select-fetch-hosts',
  'select hosts from fetch_hosts where organization_id = $1',
);

export const upsertFetchHosts = statement<never, [organizationId: string, hosts: readonly string[]]>(
  'connections.upsert-fetch-hosts',
  `insert into fetch_hosts (organization_id, hosts) values ($1, $2)
  on conflict (organization_id) do update set hosts = excluded.hosts, changed_at = now()`,
);
