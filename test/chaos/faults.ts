/** The faults, each made for real. Those that end by themselves are over when they resolve. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import type { Ending } from '../harness/postgres.ts';
import { NO_MOUNT } from '../harness/programs.ts';
import { PROCESSES, type Scene } from './scene.ts';
import { openStandby, promote } from './standby.ts';

interface Fault {
  /** As FAULT names it, and docs/reliability.md. */
  name: string;
  /** PostgreSQL forgets what its unlogged tables had, such as the counts of limits. */
  forgets?: true;
  /** Why it cannot be made here. */
  skip?(scene: Scene): string | false;
  happen(scene: Scene): Promise<void>;
}

const SUSPENDED_MS = 20_000;
const LASTS_MS = 10_000;
const CUT_EVERY_MS = 500;
const TAKERS = 4;
const PAUSE_MS = 2000;
/** In each direction. */
const DELAY_MS = 100;
const CLOCK_OFF_MS = 600_000;

export const faults: readonly Fault[] = [
  { name: 'none', happen: () => sleep(3000) },
  { name: 'server-killed', happen: killServer },
  { name: 'worker-killed', happen: killWorker },
  { name: 'server-suspended', happen: suspendServer },
  { name: 'clock-off', happen: shiftClock },
  { name: 'backends-killed', happen: killBackends },
  { name: 'database-restarted', happen: (scene) => restartDatabase(scene, 'fast') },
  { name: 'database-crashed', forgets: true, happen: (scene) => restartDatabase(scene, 'immediate') },
  { name: 'database-suspended', happen: suspendDatabase },
  { name: 'connections-cut', happen: cutConnections },
  { name: 'network-slow', happen: slowDown },
  { name: 'connections-taken', happen: takeConnections },
  { name: 'disk-full', skip: ({ disk }) => (disk ? false : NO_MOUNT), happen: fillDisk },
  // The last one: afterwards the database is on another disk.
  { name: 'failover', forgets: true, happen: failOver },
];

export async function killServer({ fleet }: Pick<Scene, 'fleet'>): Promise<void> {
  const server = fleet.servers[1];
  process.kill(server?.pid ?? 0, 'SIGKILL');
  await server?.ended;
  await sleep(PAUSE_MS);
  await fleet.restart(1);
}

/** The serving processes of a server with several. */
function workersOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return children.filter((child) => commandOf(child).includes('start.js'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return 'gone';
  }
}

async function killWorker({ fleet }: Scene): Promise<void> {
  const { pid } = fleet.servers[0] ?? { pid: 0 };
  const before = workersOf(pid);
  process.kill(before[0] ?? 0, 'SIGKILL');
  const isReplaced = (workers: number[]) => workers.length === PROCESSES && workers.some((worker) => !before.includes(worker));
  await eventually('the worker is replaced', () => workersOf(pid), isReplaced);
}

async function suspendServer({ fleet }: Scene): Promise<void> {
  const { pid } = fleet.servers[1] ?? { pid: 0 };
  process.kill(pid, 'SIGSTOP');
  await sleep(SUSPENDED_MS).finally(() => process.kill(pid, 'SIGCONT'));
}

async function shiftClock({ fleet }: Scene): Promise<void> {
  const clock = fileURLToPath(new URL('../harness/shifted-clock.ts', import.meta.url));
  for (const shift of [CLOCK_OFF_MS, -CLOCK_OFF_MS]) {
    await fleet.servers[2]?.stop();
    await fleet.restart(2, { env: { NODE_OPTIONS: `--import=${clock}`, CLOCK_SHIFT_MS: String(shift) } });
    await sleep(LASTS_MS / 2);
  }
  await fleet.servers[2]?.stop();
  await fleet.restart(2);
}

async function killBackends({ postgres }: Scene): Promise<void> {
  const others = `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  for (let time = 0; time < 3; time++) {
    await query(postgres().url, others);
    await sleep(PAUSE_MS);
  }
}

async function restartDatabase({ postgres }: Scene, ending: Ending): Promise<void> {
  await postgres().stop(ending);
  await postgres().start();
}

async function suspendDatabase({ postgres }: Scene): Promise<void> {
  postgres().suspend();
  await sleep(SUSPENDED_MS).finally(() => postgres().resume());
}

async function cutConnections({ network }: Scene): Promise<void> {
  for (const end = performance.now() + LASTS_MS; performance.now() < end; await sleep(CUT_EVERY_MS)) network.cut(() => Math.random() < 0.5);
}

async function slowDown({ network }: Scene): Promise<void> {
  network.setDelay(DELAY_MS);
  await sleep(LASTS_MS).finally(() => network.setDelay(0));
}

/** Somebody else's connections: they take what is free, and what becomes free. */
async function takeConnections({ postgres }: Scene): Promise<void> {
  const operator = new pg.Client({ connectionString: postgres().url });
  await operator.connect();
  const taken: pg.Client[] = [];
  let over = false;
  async function take(): Promise<void> {
    while (!over) {
      const client = new pg.Client({ connectionString: postgres().url });
      client.on('error', () => undefined);
      await client.connect().then(
        () => void taken.push(client),
        () => sleep(25),
      );
    }
  }
  const taking = Promise.all(Array.from({ length: TAKERS }, take));
  const servers = `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'guildhall%'`;
  // When one becomes free, the servers may be quicker.
  for (const end = performance.now() + LASTS_MS; performance.now() < end; await sleep(100)) await operator.query(servers);
  over = true;
  await taking;
  await Promise.all([operator, ...taken].map((client) => client.end()));
}

async function fillDisk({ disk }: Scene): Promise<void> {
  await disk?.fill();
  await sleep(LASTS_MS).finally(() => disk?.makeRoom());
}

/** The primary is gone at once, its standby takes over, and its address leads to the new primary. */
async function failOver({ postgres, folder, moveTo }: Scene): Promise<void> {
  const primary = postgres();
  const standby = await openStandby(primary, join(folder, 'standby'));
  await sleep(PAUSE_MS);
  await primary.stop('immediate');
  await promote(standby);
  moveTo(standby);
}
