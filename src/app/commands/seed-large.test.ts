import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { login } from '#features/accounts/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { listFiles, readFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { listNotifications } from '#features/notifications/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { getRun, listRuns } from '#features/runs/contract.ts';
import { getUsage } from '#features/usage/contract.ts';
import { commandNamed } from '../../../test/harness/command.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { createBrowser, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

interface Seeded {
  email: string;
  password: string;
  rows: Record<string, number>;
}

describe('npm run seed -- --large', () => {
  let url: string;
  let testServer: TestServer;
  let seeded: Seeded;
  let schema: unknown[];
  const run = commandNamed('seed', () => ({ DATABASE_URL: url, SESSION_SECRET: 'x'.repeat(64) }));
  const readSchema = () =>
    query(
      url,
      `select conname as name, pg_get_constraintdef(oid) as definition, convalidated as valid from pg_constraint
       where connamespace = current_schema()::regnamespace
       union all select indexname, indexdef, true from pg_indexes where schemaname = current_schema()
       union all select tgname, pg_get_triggerdef(oid), tgenabled = 'O' from pg_trigger where not tgisinternal order by 1, 2`,
    );

  before(async () => {
    url = await createTestDatabase();
    schema = await readSchema();
    const { code, stdout, stderr } = await run(['--large', '--scale', '0.001', '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    seeded = JSON.parse(stdout) as Seeded;
    testServer = await startTestServer({ databaseUrl: url });
  });
  after(() => testServer.close());

  async function signIn(email: string) {
    const { call } = createBrowser(testServer.origin);
    await call(login, { body: { email, password: seeded.password } });
    return call;
  }

  it('leaves every constraint, index and trigger as it was, and no more rows than it says', async () => {
    assert.deepEqual(await readSchema(), schema);
    for (const [table, count] of Object.entries(seeded.rows))
      assert.deepEqual(await query(url, `select count(*)::int from ${table}`), [{ count }]);
    const { people = 0, users = people, projects, files = 0, versions = 0, runs = 0, run_events = 0 } = seeded.rows;
    assert.equal(projects, users);
    assert.ok(files > users * 40 && versions > files && run_events === runs * 100, JSON.stringify(seeded.rows));
  });

  it('keeps the books of what is not a constraint', async () => {
    const wrong = {
      'heads of projects': 'select from projects p where head <> (select max(number) from changes c where c.project_id = p.id)',
      'bytes of projects': 'select from projects p where stored_bytes <> (select sum(size) from blobs b where b.project_id = p.id)',
      'hashes of contents': 'select from blobs where hash <> sha256(content) or size <> octet_length(content)',
      'current files': `select from files f join blobs b using (project_id, hash) where f.size <> b.size or f.number <>
        (select max(number) from versions v where v.project_id = f.project_id and v.path = f.path)`,
      'the search index':
        'select from files f join blobs b on b.project_id = f.project_id and b.hash = f.indexed_hash where not b.in_search',
      'last events': 'select from runs r where last_event <> (select max(seq) from run_events e where e.run_id = r.id)',
      'waiting runs': `select from runs r where (status = 'waiting') <> exists (select from approvals a where a.run_id = r.id and a.status = 'pending')`,
      'organizations of runs': `select from run_usage u join projects p on p.id = u.project_id where p.organization_id <> u.organization_id
        or not exists (select from members m where m.organization_id = u.organization_id and m.user_id = u.user_id)`,
    };
    for (const [what, sql] of Object.entries(wrong)) assert.deepEqual(await query(url, `${sql} limit 1`), [], what);
  });

  it('lets a person sign in, and read a project, a file with its history, and a run', async () => {
    const call = await signIn('person-7@large.example');
    const [project] = (await call(listProjects, { query: {} })).body.projects;
    const params = { projectId: project?.id ?? '' };
    const { entries } = (await call(listFiles, { params, query: { depth: '5' } })).body;
    const path = entries.find(({ type }) => type === 'file')?.path ?? assert.fail('there is no file');
    assert.match(String(Buffer.from((await call(readFile, { params, query: { path } })).body)), /^# \w+/);
    assert.ok((await call(listChanges, { params, query: { path } })).body.changes.length > 0);
    const [first] = (await call(listRuns, { params, query: {} })).body.runs;
    const { run, events } = (await call(getRun, { params: { runId: first?.id ?? '' }, query: { limit: '200' } })).body;
    assert.deepEqual([events.length, events[0]?.type, events.at(-1)?.data], [100, 'message', { status: run.status }]);
    assert.ok((await call(listNotifications, { query: {} })).body.notifications.length > 0);
  });

  it('gives the first organization requests that a person can approve, a use, and an audit log', async () => {
    const call = await signIn(seeded.email);
    const { approvals } = (await call(listApprovals, { query: {} })).body;
    const [asked] = approvals;
    assert.equal(approvals.length, seeded.rows['approvals']);
    await call(decideApproval, { params: { approvalId: asked?.id ?? '' }, body: { decision: 'approve', hash: asked?.hash ?? '' } });
    assert.equal((await call(getUsage, { query: {} })).status, 200);
    assert.ok((await call(listAudit, { query: {} })).body.entries.length > 0);
  });

  it('does nothing to accounts that exist', async () => {
    const again = await run(['--large', '--scale', '0.001']);
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /There are accounts here already\. A large installation is made in an empty database only\.\n$/);
  });
});
