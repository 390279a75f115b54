/**
 * A thousand open streams: 20 readers for each of 50 runs. The events come from another process through the database, so the server is
 * notified of each, reads it from the table, and sends it to 20 readers.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { processorTimeOf } from '#loadtest/resources/process-time.ts';
import { get } from '../client.ts';
import { type Findings, print } from '../figures.ts';
import type { Installation, Open, Server } from '../installation.ts';
import { createPeople, createRuns, idOf } from '../people.ts';
import { residentMemoryOf, SECONDS } from '../rounds.ts';

const RUNS = 50;
const READERS_EACH = 20;
const STREAMS = RUNS * READERS_EACH;
const PER_SECOND = 20;
/** Events that exist beforehand. */
const BEFORE = 1;

interface Reader {
  socket: Socket;
  /** Number of the last event. */
  last: number;
  /** Events that arrived out of order, or twice. */
  wrong: number;
}

async function openReader(port: number, question: Buffer): Promise<Reader> {
  const socket = connect({ port, host: '127.0.0.1' });
  const reader: Reader = { socket, last: 0, wrong: 0 };
  let rest = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const text = rest + chunk.toString('latin1');
    const whole = text.lastIndexOf('\n\n') + 1;
    rest = text.slice(whole);
    for (const [, number] of text.slice(0, whole).matchAll(/\nid: (\d+)\n/g)) {
      if (Number(number) !== reader.last + 1) reader.wrong++;
      reader.last = Number(number);
    }
  });
  await once(socket, 'connect');
  socket.write(question);
  return reader;
}

/** Bytes, after a garbage collection. */
async function memoryOf({ pid, collectGarbage }: Server): Promise<number> {
  await collectGarbage();
  return residentMemoryOf(pid);
}

async function untilAll(readers: readonly Reader[], last: number): Promise<void> {
  for (let waited = 0; waited < 10_000 && readers.some((reader) => reader.last < last); waited += 50) await sleep(50);
}

async function openAll(port: number, cookies: readonly string[], count: number): Promise<Reader[]> {
  const readers: Reader[] = [];
  for (let index = 0; index < count; index += READERS_EACH) {
    const run = (index / READERS_EACH) % RUNS;
    const question = get(`/api/runs/${idOf(run + 1)}/events`, cookies[run] ?? '');
    readers.push(...(await Promise.all(Array.from({ length: READERS_EACH }, () => openReader(port, question)))));
  }
  return readers;
}

async function feed({ databaseUrl }: Installation, seconds: number): Promise<{ each: number; took: number }> {
  const child = fork(new URL('../feeder.ts', import.meta.url), [RUNS, PER_SECOND, seconds].map(String), {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The feeder ended with ${code}.`)));
  failed.catch(() => undefined);
  const [message] = await Promise.race([once(child, 'message'), failed]);
  return message as { each: number; took: number };
}

async function measure(installation: Installation, server: Server, cookies: readonly string[]) {
  const { port, pid } = server;
  // The code V8 compiles for the first streams is not counted as theirs.
  const early = await openAll(port, cookies, STREAMS / 5);
  const warmUp = await feed(installation, 3);
  await untilAll(early, BEFORE + warmUp.each);
  for (const { socket } of early) socket.destroy();
  await sleep(500);

  const empty = await memoryOf(server);
  const readers = await openAll(port, cookies, STREAMS);
  const already = BEFORE + warmUp.each;
  await untilAll(readers, already);
  const open = await memoryOf(server);
  const cpu = [processorTimeOf(pid) ?? 0, processorTimeOf(installation.postmaster) ?? 0] as const;
  const fed = await feed(installation, SECONDS);
  await untilAll(readers, already + fed.each);
  const resident = await residentMemoryOf(pid);
  const busy = await memoryOf(server);
  const delivered = readers.reduce((sum, { last }) => sum + last - already, 0);
  const perThousand = (before: number, now: number | null) => (((now ?? 0) - before) * 1000) / delivered;
  const found = {
    open: (open - empty) / STREAMS,
    busy: (busy - empty) / STREAMS,
    resident,
    delivered,
    perSecond: delivered / fed.took,
    cpu: perThousand(cpu[0], processorTimeOf(pid)),
    databaseCpu: perThousand(cpu[1], processorTimeOf(installation.postmaster)),
    lost: readers.reduce((sum, { last, wrong }) => sum + wrong + already + fed.each - last, 0),
  };
  for (const { socket } of readers) socket.destroy();
  return found;
}

export async function streams(open: Open): Promise<Findings> {
  await using installation = await open();
  const people = await createPeople(installation, RUNS, 1);
  // Waiting for a person, so that no server works on them.
  await createRuns(
    installation.databaseUrl,
    Array.from({ length: RUNS }, (_, index) => index + 1),
    BEFORE,
    'waiting',
  );
  const server = await installation.start('guildhall');
  const cookies = people.map(({ cookie }) => cookie);
  const found = await measure(installation, server, cookies);
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  print(
    `\n${STREAMS.toLocaleString('en')} streams (${READERS_EACH} readers of each of ${RUNS} runs), ${PER_SECOND} events a second each, from another process`,
  );
  print(`  memory a stream   ${kilobytes(found.open)} when open, ${kilobytes(found.busy)} after the events, without garbage`);
  print(`  the process       ${Math.round(found.resident / 1e6)} MB, with what V8 has not thrown away yet`);
  print(
    `  delivered         ${found.delivered.toLocaleString('en')} events, ${Math.round(found.perSecond).toLocaleString('en')} a second; ${found.lost} lost or out of order`,
  );
  print(`  1,000 events      ${found.cpu.toFixed(4)} s of processor, and ${found.databaseCpu.toFixed(4)} s in PostgreSQL`);
  const memory = Math.max(found.open, found.busy);
  return {
    figures: [
      { number: 5, what: 'memory of an open stream', target: '< 40 kB', measured: kilobytes(memory), met: memory < 40_000 },
      {
        number: 5,
        what: 'processor for 1,000 events delivered',
        target: '< 0.05 s',
        measured: `${found.cpu.toFixed(4)} s`,
        met: found.cpu < 0.05,
      },
    ],
    failures: found.lost,
  };
}
