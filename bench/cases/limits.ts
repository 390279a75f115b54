/**
 * Limits: the cost of counting compared with a read, how often PostgreSQL is queried, and whether three servers share one count exactly.
 */

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLimits } from '#features/limits/server/limits.ts';
import { createDatabase, type Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { createEventBus } from '#kernel/event-bus.ts';
import type { RequestContext } from '#kernel/http/route.ts';
import { createLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { processorTimeOf } from '#loadtest/resources/process-time.ts';
import { cycle, get, load } from '../client.ts';
import { type Figure, type Findings, print } from '../figures.ts';
import type { Installation, Open } from '../installation.ts';
import { createPeople } from '../people.ts';
import { SECONDS, WARM_UP_SECONDS, withCpu } from '../rounds.ts';

const WINDOW = { max: 100, windowMs: 15 * 60_000 };
/** For a signed-in person in production: ten times the anonymous limit. */
const LIMIT = 1000;
const CONCURRENCY = 50;
const USERS = 2000;
/** A tenth of the limit: like most people, far from it. */
const COUNTS_EACH = 100;
/** A server that was denied asks again after a second. */
const ASK_AGAIN_MS = 1100;

/** The limiter of one server, without the rest of the server. */
async function startLimiter(url: string) {
  const log = await createLog({ level: 'error', readable: true });
  const db: Database = createDatabase({ url, max: 20, log });
  const eventBus = createEventBus({ url, log });
  await eventBus.start();
  const rates = { api: WINDOW, auth: WINDOW, agent: WINDOW, autonomy: WINDOW, devmode: WINDOW, webhook: WINDOW };
  const limits = createLimits({
    db,
    eventBus,
    processes: 1,
    rates,
    multiplier: 1,
    log,
    metrics: createMetrics(1),
  });
  const disconnect = () => Promise.all([eventBus.close(), db.close()]);
  return {
    queries: () => db.stats().queries,
    /** @returns whether the request was allowed */
    async count(userId: string): Promise<boolean> {
      try {
        await limits.api.count(visitOf(userId), undefined);
        return true;
      } catch (error) {
        if (error instanceof HttpProblem && error.status === 429) return false;
        throw error;
      }
    },
    /** Like kill -9: leased counts are not released. */
    async kill(): Promise<void> {
      await disconnect();
      await limits.close();
    },
    async stop(): Promise<void> {
      await limits.close();
      await disconnect();
    },
  };
}

/** Receives the headers that counting writes; creating one for each count would cost more than counting does. */
const response = new ServerResponse(new IncomingMessage(new Socket()));

function visitOf(userId: string): RequestContext {
  response.removeHeader('ratelimit');
  response.removeHeader('ratelimit-policy');
  return { identity: { id: userId }, address: '127.0.0.1', response } as unknown as RequestContext;
}

/** @returns CPU milliseconds per count, here and in PostgreSQL, and statements per 1,000 counts */
async function measureCount({ databaseUrl, postmaster }: Installation) {
  const limiter = await startLimiter(databaseUrl);
  async function countAll(prefix: string): Promise<number> {
    const total = USERS * COUNTS_EACH;
    let counted = 0;
    const work = async () => {
      while (counted < total) await limiter.count(`${prefix}-${counted++ % USERS}`);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return total;
  }
  try {
    await countAll('warm-up');
    const [queries, cpu, database] = [limiter.queries(), process.cpuUsage(), processorTimeOf(postmaster) ?? 0];
    const total = await countAll('user');
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpu: (user + system) / 1000 / total,
      databaseCpu: (((processorTimeOf(postmaster) ?? 0) - database) * 1000) / total,
      statements: ((limiter.queries() - queries) * 1000) / total,
    };
  } finally {
    await limiter.stop();
  }
}

async function measureRead(installation: Installation) {
  const people = await createPeople(installation, 100, 20);
  const { port, pid } = await installation.start('guildhall');
  const next = cycle(people.map(({ cookie }) => get('/api/projects', cookie)));
  await load({ port, connections: CONCURRENCY, seconds: WARM_UP_SECONDS, next });
  return withCpu(pid, installation.postmaster, () => load({ port, connections: CONCURRENCY, seconds: SECONDS, next }));
}

/**
 * One person sends requests to three servers at random until all three reject them.
 * @param lost whether one of them dies with its leased counts after the first requests
 * @returns how many requests were allowed
 */
async function hammer(databaseUrl: string, userId: string, lost: boolean): Promise<number> {
  const servers = await Promise.all([1, 2, 3].map(() => startLimiter(databaseUrl)));
  let allowed = 0;
  let refusedInARow = 0;
  const work = async () => {
    while (refusedInARow < 100) {
      const server = servers[Math.floor(Math.random() * servers.length)];
      if (await server?.count(userId)) [allowed, refusedInARow] = [allowed + 1, 0];
      else refusedInARow++;
    }
  };
  async function untilRefused(): Promise<void> {
    refusedInARow = 0;
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }
  try {
    if (lost) {
      for (const server of servers) if (await server.count(userId)) allowed++;
      await servers.pop()?.kill();
    }
    await untilRefused();
    await sleep(ASK_AGAIN_MS);
    await untilRefused();
    return allowed;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

export async function limits(open: Open): Promise<Findings> {
  await using installation = await open();
  const read = await measureRead(installation);
  const count = await measureCount(installation);
  const exact = await hammer(installation.databaseUrl, 'exact', false);
  const afterLoss = await hammer(installation.databaseUrl, 'loss', true);
  const micro = (milliseconds: number) => `${(milliseconds * 1000).toFixed(1)} µs`;
  const share = (count.cpu + count.databaseCpu) / (read.cpu + read.databaseCpu);
  print(
    `\nCounting at the production limit, ${LIMIT.toLocaleString('en')} in 15 min, ${USERS.toLocaleString('en')} people up to a tenth of it`,
  );
  print(
    `  a count   ${micro(count.cpu)} and ${micro(count.databaseCpu)} in PostgreSQL; ${count.statements.toFixed(0)} statements in 1,000 counts`,
  );
  print(`  a read    ${micro(read.cpu)} and ${micro(read.databaseCpu)} in PostgreSQL (list of projects)`);
  print(`  3 servers let through ${exact} of ${LIMIT}; ${afterLoss} where one of them died with what it held`);
  const figures: Figure[] = [
    {
      number: 2,
      what: 'counting, share of a read’s processor time',
      target: '≤ 10 %',
      measured: `${(share * 100).toFixed(1)} %`,
      met: share <= 0.1,
    },
    { number: 2, what: `let through by 3 servers of ${LIMIT}`, target: String(LIMIT), measured: String(exact), met: exact === LIMIT },
    {
      number: 2,
      what: 'let through when one of them died with its lease',
      target: '≥ 96 %',
      measured: `${((afterLoss * 100) / LIMIT).toFixed(1)} %`,
      met: afterLoss >= LIMIT * 0.96 && afterLoss <= LIMIT,
    },
  ];
  // A limit that allows more is broken, not slow.
  return { figures, failures: read.failures + Math.max(0, exact - LIMIT) + Math.max(0, afterLoss - LIMIT) };
}
