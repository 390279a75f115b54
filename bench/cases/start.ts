/** Start: from the command until ready, with the client built and the database running, and the memory of an idle process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeFlags, program } from '#app/start-command.ts';
import { askEach, get } from '../client.ts';
import { type Findings, printTable } from '../figures.ts';
import type { Open } from '../installation.ts';
import { median, residentMemoryOf } from '../rounds.ts';

/** Earlier starts run the migrations, and fill Node's compile cache. */
const EARLIER = 2;
const STARTS = 5;
const IDLE_MS = 1000;

interface Start {
  readyMs: number;
  memoryMb: number;
  ok: boolean;
}

async function startOnce(env: Record<string, string>): Promise<Start> {
  const begun = performance.now();
  // In another directory, so that no .env is read.
  const child = spawn(process.execPath, [...nodeFlags, program], {
    env: { ...process.env, ...env },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const port = await readyPort(child.stdout);
  const readyMs = performance.now() - begun;
  const [answer] = port ? await askEach(port, [get('/api/health/ready', '')], 1) : [];
  await sleep(IDLE_MS);
  const memoryMb = (await residentMemoryOf(child.pid ?? 0)) / 1e6;
  child.kill('SIGTERM');
  await ended;
  return { readyMs, memoryMb, ok: answer?.status === 200 };
}

/** @returns undefined if it ended before it was ready */
async function readyPort(output: NodeJS.ReadableStream): Promise<number | undefined> {
  const lines = createInterface(output);
  for await (const line of lines) {
    const port = /is ready at http:\S+?:(\d+)\b/.exec(line)?.[1];
    if (port === undefined) continue;
    return Number(port);
  }
  return undefined;
}

async function startNode(): Promise<number> {
  const begun = performance.now();
  await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - begun;
}

export async function start(open: Open): Promise<Findings> {
  await using installation = await open();
  const starts: Start[] = [];
  const bare: number[] = [];
  for (let index = 0; index < EARLIER + STARTS; index++) {
    starts.push(await startOnce(installation.env));
    bare.push(await startNode());
  }
  const counted = starts.slice(EARLIER);
  const readyMs = median(counted.map((one) => one.readyMs));
  const memoryMb = median(counted.map((one) => one.memoryMb));
  const first = starts[0] as Start;
  printTable(`Start, median of ${STARTS}`, [
    ['', 'ready ms', 'memory MB', ''],
    ['first start', first.readyMs.toFixed(0), first.memoryMb.toFixed(0), 'migrates'],
    ['later starts', readyMs.toFixed(0), memoryMb.toFixed(0), ''],
    ['node --eval 0', median(bare).toFixed(0), '', ''],
  ]);
  return {
    figures: [
      { number: 7, what: 'ready', target: '< 1,000 ms', measured: `${readyMs.toFixed(0)} ms`, met: readyMs < 1000 },
      { number: 7, what: 'memory of an idle process', target: '< 130 MB', measured: `${memoryMb.toFixed(0)} MB`, met: memoryMb < 130 },
    ],
    failures: starts.filter(({ ok }) => !ok).length,
  };
}
