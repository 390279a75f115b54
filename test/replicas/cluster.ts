/** A primary with two standbys, and three servers that read from them. */
import { migrate } from '#kernel/database/migrate.ts';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { type Cluster, startPrimary, startStandby } from '../harness/standby.ts';
import { createBrowser, type Person, startTestServer, type TestServer } from '../harness/test-server.ts';

export interface Replicated {
  primary: Cluster;
  standbys: readonly [Cluster, Cluster];
  servers: readonly TestServer[];
  /** Reads that a replica may answer, of all servers, by what answered them. */
  reads(): { replica: number; primary: number; failed: number };
  close(): Promise<void>;
}

/** @param env of the servers, in addition */
export async function openReplicated({ count = 3, env = {} }: { count?: number; env?: Record<string, string> } = {}): Promise<Replicated> {
  const primary = await startPrimary();
  await migrate(primary.url);
  const standbys = [await startStandby(primary, 'first'), await startStandby(primary, 'second')] as const;
  const servers: TestServer[] = [];
  for (let index = 0; index < count; index++) servers.push(await startServerOn(primary.url, standbys, env));
  return {
    primary,
    standbys,
    servers,
    reads: () => sumReads(servers),
    async close(): Promise<void> {
      for (const server of servers) await server.close();
      for (const cluster of [...standbys, primary]) await cluster.remove();
    },
  };
}

export async function startServerOn(
  url: string,
  standbys: readonly { url: string }[],
  env: Record<string, string> = {},
): Promise<TestServer> {
  const urls = standbys.map((standby) => standby.url).join();
  const server = await startTestServer({ databaseUrl: url, env: { DATABASE_URL: url, DATABASE_REPLICA_URLS: urls, ...env } });
  await allFit(server);
  return server;
}

export const allFit = (server: TestServer) =>
  eventually(
    'all replicas are read from',
    () => server.features.replicas?.describe() ?? [],
    (replicas) => replicas.length > 0 && replicas.every(({ unfit }) => unfit === undefined),
  );

function sumReads(servers: readonly TestServer[]) {
  const sum = { replica: 0, primary: 0, failed: 0 };
  for (const { features } of servers) {
    const reads = features.replicas?.reads();
    for (const target of ['replica', 'primary', 'failed'] as const) sum[target] += reads?.[target] ?? 0;
  }
  return sum;
}

interface Elsewhere {
  /** Cookies that it lacks. */
  without?: readonly string[];
  /** Sends its requests. */
  through?: typeof fetch;
}

/** The same browser on another server, as behind a proxy: with the cookies it has now. */
export function on(server: { origin: string }, person: Person, { without = [], through }: Elsewhere = {}): Person {
  const browser = createBrowser(server.origin, through);
  for (const [name, value] of person.browser.cookies) if (!without.includes(name)) browser.cookies.set(name, value);
  return { ...person, call: browser.call, browser };
}

/** Keeps the cookies that the person got there. */
export function keepCookies(person: Person, there: Person): void {
  for (const [name, value] of there.browser.cookies) person.browser.cookies.set(name, value);
}

export const pauseReplay = (standby: Cluster) => askStandby(standby, 'select pg_wal_replay_pause()');
export const resumeReplay = (standby: Cluster) => askStandby(standby, 'select pg_wal_replay_resume()');

/** A standby cancels what is in the way of its replay, this too. */
const askStandby = (standby: Cluster, text: string) =>
  eventually(text, () =>
    query(standby.url, text).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code !== '40001') throw error;
        return false;
      },
    ),
  );
