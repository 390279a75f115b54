/** What unnamed statements cost, and a pooler: processor time of PostgreSQL and of this process, server and client together. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { listRuns } from '#features/runs/contract.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { openPooler } from '../harness/pooler.ts';
import { without } from '../harness/programs.ts';
import { type Cluster, cpuTimeOf, startPrimary } from '../harness/standby.ts';
import { newProject, type Person, signUp, startTestServer } from '../harness/test-server.ts';

/** Of each way, in rounds that take turns. */
const REQUESTS = Number(process.env['COST_REQUESTS'] ?? 500);
const ROUNDS = 3;
const PER_TURN = 5;

interface Way {
  name: string;
  env(primary: string, pooler: string): Record<string, string>;
}

const ways: readonly Way[] = [
  { name: 'direct, named', env: (url) => ({ DATABASE_URL: url }) },
  { name: 'direct, unnamed', env: (url) => ({ DATABASE_URL: url, DATABASE_STATEMENTS: 'unnamed' }) },
  { name: 'PgBouncer, unnamed', env: (url, pooler) => ({ DATABASE_URL: pooler, DATABASE_DIRECT_URL: url }) },
];

async function work({ call }: Person, projectId: string, requests: number): Promise<void> {
  const params = { projectId };
  const path = 'measured.md';
  for (let turn = 0; turn < requests / PER_TURN; turn++) {
    await call(saveFile, { params, query: { path }, body: `turn ${turn} ${Math.random()}` }, { headers: { 'if-match': '*' } });
    await call(listFiles, { params, query: { depth: 1 } });
    await call(readFile, { params, query: { path } });
    await call(listChanges, { params, query: { limit: 20 } });
    await call(listRuns, { params, query: {} });
  }
}

export function describeStatementCost(): void {
  describe('unnamed statements', { skip: without('pgbouncer') }, () => {
    let cluster: Cluster;
    let pooler: Awaited<ReturnType<typeof openPooler>>;
    before(async () => {
      cluster = await startPrimary();
      await migrate(cluster.url);
      pooler = await openPooler(cluster.url, 'transaction');
    });
    after(async () => {
      await pooler?.close();
      await cluster?.remove();
    });

    it('cost more processor time, as this prints', async (t) => {
      const spent = new Map(ways.map(({ name }) => [name, { postgres: 0, node: 0 }]));
      for (let round = 0; round < ROUNDS; round++)
        for (const { name, env } of ways) {
          const variables = env(cluster.url, pooler.url);
          const server = await startTestServer({ databaseUrl: variables['DATABASE_URL'] ?? '', env: variables });
          try {
            const person = await signUp(server);
            const projectId = (await newProject(person)).id;
            await person.call(saveFile, { params: { projectId }, query: { path: 'measured.md' }, body: 'first' });
            await work(person, projectId, 100);
            const [before, node] = [await cpuTimeOf(cluster), process.cpuUsage()];
            await work(person, projectId, REQUESTS);
            const used = process.cpuUsage(node);
            const sum = spent.get(name) ?? assert.fail();
            sum.postgres += (await cpuTimeOf(cluster)) - before;
            sum.node += (used.user + used.system) / 1000;
          } finally {
            await server.close();
          }
        }
      for (const [name, { postgres, node }] of spent)
        t.diagnostic(
          `${name}: PostgreSQL ${(postgres / ROUNDS / REQUESTS).toFixed(3)} ms, Node ${(node / ROUNDS / REQUESTS).toFixed(3)} ms a request`,
        );
    });
  });
}
