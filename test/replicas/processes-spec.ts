/** Servers as an operator starts them: two processes behind a pooler, with a replica, and the doctor beside them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { production, runDoctor, secrets } from '../harness/doctor.ts';
import { eventually } from '../harness/eventually.ts';
import { openPooler } from '../harness/pooler.ts';
import { endProcesses, freePort, launch, openProcess, type ServerProcess } from '../harness/process.ts';
import { without } from '../harness/programs.ts';
import { type Cluster, startPrimary, startStandby } from '../harness/standby.ts';
import { newProject, signUp } from '../harness/test-server.ts';

export function describeProcesses(): void {
  describe('a server with a pooler and a replica', { skip: without('pgbouncer') }, () => {
    let primary: Cluster;
    let standby: Cluster;
    let pooler: Awaited<ReturnType<typeof openPooler>>;
    let env: Record<string, string>;
    let server: ServerProcess;
    before(async () => {
      primary = await startPrimary();
      standby = await startStandby(primary, 'only');
      pooler = await openPooler(primary.url, 'transaction');
      env = {
        ...production(pooler.url, await freePort()),
        DATABASE_DIRECT_URL: primary.url,
        DATABASE_REPLICA_URLS: standby.url,
        WEB_CONCURRENCY: '2',
        SIGNUP: 'open',
        BCRYPT_SALT_ROUNDS: '4',
        RATE_LIMIT_MULTIPLIER: '1000',
      };
      server = await openProcess({ env });
    });
    after(async () => {
      await server?.stop();
      await endProcesses();
      await pooler?.close();
      await standby?.remove();
      await primary?.remove();
    });

    async function readsFrom(target: string): Promise<number> {
      const headers = { authorization: `Bearer ${secrets.METRICS_TOKEN}` };
      const text = await (await fetch(`${server.origin}/metrics`, { headers })).text();
      return Number(new RegExp(`^database_reads_total\\{target="${target}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    }

    it('migrates, saves, and reads from the replica', async () => {
      const person = await signUp(server);
      const params = { projectId: (await newProject(person)).id };
      await person.call(saveFile, { params, query: { path: 'a.md' }, body: 'one' });
      await eventually('a read comes from the replica', async () => {
        assert.equal((await person.call(listChanges, { params, query: {} })).body.changes.length, 1);
        return (await readsFrom('replica')) > 0;
      });
    });

    it('is examined by the doctor: both the pooler, without timeouts, and the replica', async () => {
      const { checks } = await runDoctor(env);
      const statusOf = (wanted: string) => checks.filter(({ code }) => code === wanted).map(({ status }) => status);
      assert.deepEqual(statusOf('database_replicas'), ['ok']);
      assert.deepEqual(statusOf('database_pooler'), ['warning']);
      assert.match(checks.find(({ code }) => code === 'database_pooler')?.advice ?? '', /connect_query='set statement_timeout = 16000;/);
      const others = await runDoctor({ ...env, DATABASE_REPLICA_URLS: `${primary.url},postgresql://ada@127.0.0.1:${await freePort()}/db` });
      const found = others.checks.filter(({ code }) => code === 'database_replicas').map(({ detail }) => detail);
      assert.match(found[0] ?? '', /takes writes/);
      assert.match(found[1] ?? '', /cannot be asked: .*ECONNREFUSED/);
    });

    it('does not start on the pooler alone, and says what to set', async () => {
      const { DATABASE_DIRECT_URL: _, ...alone } = env;
      const refused = launch({ env: { ...alone, PORT: String(await freePort()) } });
      assert.equal(await refused.ended, 1);
      assert.match(refused.output(), /set DATABASE_DIRECT_URL to PostgreSQL itself, or the pooler to session mode\.$/m);
    });
  });
}
