/**
 * `npm run bench`: an authenticated list of 20 projects, side by side in one run: Guildhall, the guide's stack, a bare Express, and
 * a floor of bare node:http that does the same work. Rounds in turn; ratios are what counts, since machines are noisy.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signup } from '#features/accounts/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { startEmbedded } from '#kernel/database/embedded.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createLog } from '#kernel/log.ts';
import { createBrowser } from '../test/house.ts';
import { load, type Outcome } from './client.ts';

const names = ['guildhall', 'guide', 'express', 'floor'] as const;
type Name = (typeof names)[number];
interface Measured extends Outcome {
  /** Milliseconds of the server's processor for each request. */
  cpu: number;
}

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SECONDS = Number(process.env['SECONDS'] ?? 4);
const say = (line: string) => process.stdout.write(`${line}\n`);

async function start(name: Name, env: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
  // Logs go where a production server's go: out of the process, and here to nobody.
  const child = fork(new URL('./server.ts', import.meta.url), [name], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { child, port };
}

/** Milliseconds of processor time a process has used; Linux counts it in hundredths of a second. */
async function cpuOf(child: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function prepare(port: number): Promise<string> {
  const browser = createBrowser(`http://127.0.0.1:${port}`);
  await browser.call(signup, { body: { name: 'Bench', email: 'bench@example.com', password: 'for the bench' } });
  for (let i = 1; i <= 20; i++) await browser.call(createProject, { body: { name: `A project with a name of some length, number ${i}` } });
  return `guildhall.sid=${browser.cookies.get('guildhall.sid')}`;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function report(connections: number, measured: Map<Name, Measured[]>): void {
  const of = (name: Name, key: keyof Measured) => median((measured.get(name) ?? []).map((outcome) => outcome[key]));
  say(`\n${connections} connections, one process each, median of ${ROUNDS} rounds of ${SECONDS} s`);
  say('server        req/s    of guide  of floor   p50 ms   p99 ms   CPU ms/request   failures');
  for (const name of names) {
    const rate = of(name, 'perSecond');
    const ratio = (other: Name) => (rate / of(other, 'perSecond')).toFixed(2).padStart(8);
    const numbers = [
      of(name, 'p50').toFixed(1).padStart(8),
      of(name, 'p99').toFixed(1).padStart(8),
      of(name, 'cpu').toFixed(3).padStart(12),
    ];
    say(
      `${name.padEnd(10)}${String(Math.round(rate)).padStart(9)}  ${ratio('guide')}  ${ratio('floor')} ${numbers.join(' ')} ${String(of(name, 'failures')).padStart(12)}`,
    );
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'));
const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }) });
const children: ChildProcess[] = [];
try {
  await migrate(database.url);
  const secret = randomBytes(48).toString('base64');
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    SESSION_SECRET: secret,
    SIGNUP: 'open',
    PORT: '0',
    HOST: '127.0.0.1',
    RATE_LIMIT_MULTIPLIER: '100000',
  };
  const servers = new Map<Name, { child: ChildProcess; port: number }>();
  for (const name of names) {
    const server = await start(name, env);
    servers.set(name, server);
    children.push(server.child);
  }
  const cookie = await prepare(servers.get('guildhall')?.port ?? 0);
  for (const connections of [50, 500]) {
    const measured = new Map<Name, Measured[]>(names.map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, { child, port }] of servers) {
        const before = await cpuOf(child);
        const outcome = await load({ port, path: '/api/projects', cookie, connections, seconds: round === 0 ? 1 : SECONDS });
        const cpu = ((await cpuOf(child)) - before) / (outcome.perSecond * SECONDS);
        // The first round only warms up.
        if (round > 0) measured.get(name)?.push({ ...outcome, cpu });
      }
    }
    report(connections, measured);
  }
} finally {
  for (const child of children) child.disconnect();
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
