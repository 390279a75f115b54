/** The installation of docs/scaling.md: production, two processes, a proxy with TLS, monitoring, and a load test that passed. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { storeLoadReport } from '#features/monitor/server/load-reports.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { makeAuthority, makeCertificate } from '../../../../test/harness/certificate.ts';
import { createTestDatabase, query } from '../../../../test/harness/database.ts';
import { problemsIn, production, runDoctor, secrets } from '../../../../test/harness/doctor.ts';
import { openFrontProxy } from '../../../../test/harness/front-proxy.ts';
import { endProcesses, freePort, openProcess } from '../../../../test/harness/process.ts';
import { buildReport } from '../../../../test/load-reports/build.ts';

describe('the doctor in production', () => {
  let folder: string;
  let env: Record<string, string>;
  let close: () => Promise<void>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-production-'));
    const authority = makeAuthority();
    await writeFile(join(folder, 'authority.pem'), authority.cert);
    const url = await createTestDatabase();
    const port = await freePort();
    const front = await openFrontProxy(`http://127.0.0.1:${port}`, { tls: makeCertificate({ name: 'localhost', days: 90, authority }) });
    close = front.close;
    env = {
      ...production(url, port),
      WEB_CONCURRENCY: '2',
      TRUST_PROXY: '1',
      PUBLIC_URL: front.origin,
      NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
      BACKUP_TO: join(folder, 'backups'),
    };
    const db = createDatabase({ url, max: 1, log: await createLog({ level: 'silent', readable: false }) });
    await storeLoadReport(db, { ...buildReport('load'), passed: true, startedAt: new Date().toISOString() });
    await db.close();
    const server = await openProcess({ env });
    const backup = await runCommand('backup', [], env);
    assert.equal(backup.code, 0, backup.stderr);
    const tested = `insert into restore_tests (backup_name, passed, seconds, target) values ('last week', true, 60, 'temporary')`;
    await query(url, tested);
    await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${secrets.METRICS_TOKEN}` } });
  });
  after(async () => {
    await close?.();
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  });

  it('finds nothing, and tries everything that applies', async () => {
    const { code, checks, stderr } = await runDoctor(env);
    assert.deepEqual([problemsIn(checks), stderr], [[], '']);
    assert.equal(code, checks.some(({ status }) => status === 'failed') ? 1 : 0);
    assert.deepEqual(
      checks.filter(({ status }) => status === 'skipped').map(({ code }) => code),
      // There is one database, this address has a port of its own, and email is not set up.
      ['database_pooler', 'database_replicas', 'http_redirect', 'mail_server', 'mail_test'],
    );
    for (const { title, detail } of checks) assert.ok(title.length > 2 && detail.length > 5);
  });

  it('prints the same for people, with what to do', async () => {
    const { stdout, code } = await runDoctor({ ...env, LOG_LEVEL: 'silent' }, []);
    assert.match(stdout, /^ {2}ok {7}Database connection: Connected to PostgreSQL \d+/m);
    assert.match(stdout, /^ {2}WARNING {2}Log level: LOG_LEVEL is silent.*\n {11}Set LOG_LEVEL=info.*\(log_level\)$/m);
    assert.match(stdout, /\d+ ok, \d+ warnings?, \d+ failed, \d+ skipped, in [\d.]+ s\./);
    assert.ok(code === 0 || stdout.includes('FAILED'));
  });

  it('writes a bundle without any secret', async () => {
    const planted = {
      OPENAI_API_KEY: 'sk-planted-key-of-a-provider',
      SMTP_URL: 'smtp://mailer:planted-mail-password@127.0.0.1:9',
      MAIL_FROM: 'guildhall@example.com',
      OPENAI_BASE_URL: 'http://planted-user:planted-model-password@127.0.0.1:9/v1',
    };
    const file = join(folder, 'bundle.json');
    const { stdout } = await runDoctor({ ...env, ...planted }, ['--json', '--bundle', file]);
    const text = await readFile(file, 'utf8');
    const all = [...Object.values(secrets), 'sk-planted', 'planted-mail-password', 'planted-user', 'planted-model-password'];
    for (const secret of all) for (const where of [text, stdout]) assert.ok(!where.includes(secret), secret);
    const bundle = JSON.parse(text) as {
      environment: Record<string, string>;
      database: { migrations: number[]; tables: object[] };
      checks: object[];
    };
    assert.equal(bundle.environment['NODE_ENV'], 'production');
    assert.match(bundle.environment['SESSION_SECRET'] ?? '', /^\[set, \d+ characters\]$/);
    assert.match(bundle.environment['SMTP_URL'] ?? '', /^smtp:\/\/mailer:hidden@127\.0\.0\.1:9/);
    assert.ok(bundle.database.migrations.length > 10 && bundle.database.tables.length > 10 && bundle.checks.length > 30);
  });
});
