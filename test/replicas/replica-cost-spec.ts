/** What replicas take off the primary, and what the position costs: processor time and statements, printed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listFiles, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { searchFiles } from '#features/files/search-contract.ts';
import { cpuTimeOf } from '../harness/standby.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';
import { openReplicated, type Replicated } from './cluster.ts';

const REQUESTS = Number(process.env['COST_REQUESTS'] ?? 500);
const AT_ONCE = 10;
const FILES = 200;

/** @param each is given the number of the request */
async function repeat(times: number, each: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < times) await each(next++);
    }),
  );
}

export function describeReplicaCost(): void {
  describe('replicas', () => {
    let replicated: Replicated;
    let alone: TestServer;
    let person: Person;
    let params: { projectId: string };
    before(async () => {
      replicated = await openReplicated({ count: 1 });
      alone = await startTestServer({ databaseUrl: replicated.primary.url });
      person = await signUp(alone);
      params = { projectId: (await newProject(person)).id };
      await repeat(FILES, (index) =>
        person.call(saveFile, { params, query: { path: `folder-${index % 10}/file-${index}.md` }, body: `text ${index}\n`.repeat(50) }),
      );
    });
    after(async () => {
      await alone?.close();
      await replicated?.close();
    });

    const read =
      ({ call }: Person) =>
      async (index: number) => {
        if (index % 3 === 0) await call(listFiles, { params, query: {} });
        else if (index % 3 === 1) await call(listChanges, { params, query: { path: `folder-${index % 10}` } });
        else await call(searchFiles, { params, query: { q: `text ${index % FILES}` } });
      };

    it('take most of the work of reads off the primary, as this prints', async (t) => {
      const [server] = replicated.servers;
      assert.ok(server);
      const clusters = [replicated.primary, ...replicated.standbys];
      for (const [name, target] of [
        ['without replicas', alone],
        ['with two replicas', server],
      ] as const) {
        const reader = signedInOn(person, target);
        await repeat(100, read(reader));
        const begun = await Promise.all(clusters.map(cpuTimeOf));
        await repeat(REQUESTS, read(reader));
        const spent = (await Promise.all(clusters.map(cpuTimeOf))).map((time, index) => (time - (begun[index] ?? 0)) / REQUESTS);
        const [primary = 0, ...others] = spent;
        const sum = others.reduce((total, each) => total + each, 0);
        t.diagnostic(`${name}: primary ${primary.toFixed(3)} ms a read, replicas ${sum.toFixed(3)} ms`);
      }
    });

    it('cost each write at most one statement, as this prints', async (t) => {
      const [server] = replicated.servers;
      assert.ok(server);
      const writer = signedInOn(person, server);
      const { projectId } = { projectId: (await newProject(writer)).id };
      async function countAsks(): Promise<number> {
        const text = (await server?.features.metrics.registry.metrics()) ?? '';
        const found = /^database_statement_calls_total\{[^}]*statement="replicas\.select-primary"[^}]*\} (\d+)$/m.exec(text);
        return Number(found?.[1] ?? Number.NaN);
      }
      const begun = await countAsks();
      await repeat(REQUESTS, (index) => writer.call(saveFile, { params: { projectId }, query: { path: `${index}.md` }, body: `${index}` }));
      const asked = (await countAsks()) - begun;
      t.diagnostic(`${asked} statements for ${REQUESTS} writes, ${AT_ONCE} at once, and a sample each second`);
      assert.ok(asked <= REQUESTS + 200, `${asked}`);
    });
  });
}
