/** Where faults happen: three servers behind a proxy, one of them with two processes, and PostgreSQL on a disk and a network of its own. */
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rename, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { createPostgres, type Postgres } from '../harness/postgres.ts';
import { mountSmallDisk } from '../harness/programs.ts';
import { openTcpProxy, type TcpProxy } from '../harness/tcp-proxy.ts';
import { type Fleet, openFleet } from '../proxies/fleet.ts';
import type { ProxyKind } from '../proxies/proxy.ts';

export const AGENT_LIMIT = 20;
/** Of the server that shows what becomes of a single process. */
export const PROCESSES = 2;
const METRICS_TOKEN = 'the token of the metrics';
const DATABASE = 'guildhall';
const DISK = '512m';
/** What a full disk has left. */
const REST_BYTES = 16 * 1024;

interface SmallDisk {
  fill(): Promise<void>;
  makeRoom(): void;
}

export interface Scene {
  fleet: Fleet;
  /** Between the servers and PostgreSQL. */
  network: TcpProxy;
  /** The current primary. */
  postgres(): Postgres;
  /** The servers' database is there from now on. */
  moveTo(other: Postgres): void;
  /** Undefined without the right to mount one. */
  disk: SmallDisk | undefined;
  /** For what is to be gone with the scene. */
  folder: string;
  /** The database without the network in between. */
  databaseUrl(): Promise<string>;
  /** @returns a sentence for each connection that servers and PostgreSQL do not agree about */
  findLeakedConnections(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openScene(kind: ProxyKind): Promise<Scene> {
  await using cleanUp = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-chaos-'));
  // PostgreSQL runs as another user if we are root.
  await chmod(folder, 0o755);
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = await createPostgres(join(folder, 'primary'));
  const disk = await putOnSmallDisk(postgres);
  cleanUp.defer(() => disk?.unmount());
  await postgres.start();
  const primaries = [postgres];
  cleanUp.defer(async () => void (await Promise.all(primaries.map((one) => one.stop('immediate')))));
  await postgres.database(DATABASE);
  const network = await openTcpProxy(postgres.port);
  cleanUp.defer(() => network.close());
  const fleet = await openFleet(kind, {
    databaseUrl: `postgresql://guildhall@127.0.0.1:${network.port}/${DATABASE}`,
    env: (server) => ({
      METRICS_TOKEN,
      RATE_LIMIT_AGENT: `${AGENT_LIMIT}/1m`,
      WEB_CONCURRENCY: String(server === 0 ? PROCESSES : 1),
    }),
  });
  cleanUp.defer(() => fleet.close());
  const resources = cleanUp.move();
  const current = () => primaries.at(-1) ?? postgres;
  return {
    fleet,
    network,
    postgres: current,
    moveTo(other) {
      primaries.push(other);
      network.moveTo(other.port);
    },
    disk,
    folder,
    databaseUrl: () => current().database(DATABASE),
    findLeakedConnections: async () => findLeakedConnections(fleet, await current().database(DATABASE)),
    close: () => resources.disposeAsync(),
  };
}

/** Its data, but not its write-ahead log: without space for that, PostgreSQL ends instead of refusing writes. */
async function putOnSmallDisk({ cluster, runner: { owner } }: Postgres): Promise<(SmallDisk & { unmount(): void }) | undefined> {
  const [base, aside] = [join(cluster, 'base'), join(cluster, 'base.aside')];
  await rename(base, aside);
  await mkdir(base);
  const disk = mountSmallDisk(base, DISK);
  await cp(aside, base, { recursive: true });
  await rm(aside, { recursive: true });
  if (owner)
    for (const path of [base, ...(await readdir(base, { recursive: true }))]) await chown(resolve(base, path), owner.uid, owner.gid);
  if (!disk) return undefined;
  return {
    async fill() {
      const { blocks, bfree, bsize } = await statfs(base);
      disk.remount(`size=${(blocks - bfree) * bsize + REST_BYTES}`);
    },
    makeRoom: () => disk.remount(`size=${DISK}`),
    unmount: () => disk.unmount(),
  };
}

async function findLeakedConnections(fleet: Fleet, databaseUrl: string): Promise<string[]> {
  const look = async () => {
    const [of] = await query<{ pool: number; bus: number }>(
      databaseUrl,
      `select count(*) filter (where application_name = 'guildhall')::int as pool,
         count(*) filter (where application_name = 'guildhall live')::int as bus
       from pg_stat_activity where datname = current_database()`,
    );
    const pools = await Promise.all(fleet.servers.map(({ origin }) => countPooled(origin)));
    return { pool: of?.pool, bus: of?.bus, known: pools.reduce((sum, count) => sum + count, 0) };
  };
  const processes = PROCESSES + fleet.servers.length - 1;
  const isEven = ({ pool, bus, known }: Awaited<ReturnType<typeof look>>) => pool === known && bus === processes;
  return eventually('every connection is known at both ends', look, isEven).then(
    () => [],
    (error: Error) => [error.message],
  );
}

/** Connections in the pools of a server's processes. */
async function countPooled(origin: string): Promise<number> {
  const reply = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}`, connection: 'close' } });
  const lines = [...(await reply.text()).matchAll(/^database_connections\{state="(?:idle|used)"\} (\d+)/gm)];
  return lines.reduce((sum, [, count]) => sum + Number(count), 0);
}
