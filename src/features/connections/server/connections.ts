/**
 * Connections: what agents may reach outside of Guildhall. An organization's admins list the hosts whose pages may be read, and
 * connect tool servers (MCP over streamable HTTP) whose tools runs may call. Private addresses are out of reach, but for tool
 * servers that an operator of the installation has allowed to be in its own network.
 */
import type { Actor, Audit } from '#features/audit/server/audit.ts';
import { createCache } from '#kernel/cache.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import type { HostList } from '#kernel/http/host-list.ts';
import { isOfCloud, isPublicAddress } from '#kernel/http/public-address.ts';
import { createPublicFetch, publicFetch as fetchFromPublic } from '#kernel/http/public-fetch.ts';
import type { Live } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import { createVault } from '#kernel/vault.ts';
import { fetchPage, type Page } from './fetch-page.ts';
import { createOutsideTools } from './outside-tools.ts';
import * as sql from './queries.ts';
import { createToolServers } from './tool-servers.ts';

export { OutcomeUnknown } from './failure.ts';
export type { Page } from './fetch-page.ts';
export type { OutsideTool, Survey } from './outside-tools.ts';
export type Connections = ReturnType<typeof createConnections>;

interface Options {
  db: Database;
  audit: Audit;
  live: Live;
  log: Log;
  /** Without one, no token can be kept. */
  encryptionKeys: readonly string[];
  version: string;
  /** Where tool servers in the installation's own network may be; undefined: anywhere in it. */
  privateHosts?: HostList | undefined;
  /** For tests, which have no public servers. */
  publicFetch?: typeof fetch;
}

export function createConnections({ db, audit, live, log, encryptionKeys, version, privateHosts, publicFetch = fetchFromPublic }: Options) {
  const vault = encryptionKeys.length > 0 ? createVault(encryptionKeys) : undefined;
  const rows = createCache({
    live,
    topic: 'connections',
    load: (organizationId) => sql.selectToolServers(db, organizationId),
    max: 10_000,
  });
  const hosts = createCache({
    live,
    topic: 'connections',
    load: async (organizationId) => (await sql.selectFetchHosts(db, organizationId))[0]?.hosts,
    max: 10_000,
  });
  const isPrivateAllowed = privateHosts?.allows ?? ((address: string) => !isOfCloud(address));
  const privateFetch = createPublicFetch({ isAllowed: (address, host) => isPublicAddress(address) || isPrivateAllowed(address, host) });
  const toolServers = createToolServers({ db, audit, vault, checkPrivate: privateHosts ? privateFetch.check : undefined });
  const outside = createOutsideTools({
    serversOf: async (organizationId) => (await rows.get(organizationId)) ?? [],
    live,
    log,
    vault,
    version,
    publicFetch,
    privateFetch,
  });

  return {
    list: toolServers.list,
    add: toolServers.add,
    change: toolServers.change,
    remove: toolServers.remove,
    organizationOf: async (toolServerId: string) => (await toolServers.find(toolServerId))?.organization_id,

    /** Asks a tool server for its tools, now; @throws 404 */
    async test(toolServerId: string) {
      const row = await toolServers.find(toolServerId);
      if (!row) throw notFound('tool server');
      return outside.test(row);
    },

    /** What runs of an organization may use of its servers, and the servers that do not answer; takes up to 3 s where one is away. */
    survey: outside.survey,

    fetchHosts: async (organizationId: string): Promise<string[]> => (await sql.selectFetchHosts(db, organizationId))[0]?.hosts ?? [],
    async changeFetchHosts(actor: Actor, organizationId: string, wanted: readonly string[]): Promise<string[]> {
      const hosts = [...new Set(wanted)];
      await db.transaction(async (tx) => {
        await sql.upsertFetchHosts(tx, organizationId, hosts);
        tx.withCommit(audit.record(tx, { organizationId, actor, action: 'hosts.change', detail: { hosts } }));
      });
      return hosts;
    },

    /** One web page as text, Markdown for HTML; @throws Refusal with a sentence for the model, see fetch-page.ts */
    async fetchPage(organizationId: string, url: string, signal: AbortSignal): Promise<Page> {
      const allowed = (await hosts.get(organizationId)) ?? [];
      return fetchPage(url, { organizationId, hosts: allowed, send: publicFetch }, signal);
    },

    /** Ends every session with a tool server. */
    close: outside.close,
  };
}
