import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { login, resetPassword } from '#features/accounts/contract.ts';
import { listAgents } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { listFiles } from '#features/files/contract.ts';
import { listChanges, listPoints } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { putNotificationSettings } from '#features/notifications/contract.ts';
import { listMembers } from '#features/organizations/contract.ts';
import { listInvitations } from '#features/organizations/invitations-contract.ts';
import { getPolicy } from '#features/policies/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { listRuns } from '#features/runs/contract.ts';
import { listAllSchedules } from '#features/schedules/contract.ts';
import { listTokens } from '#features/tokens/contract.ts';
import { listAllTriggers } from '#features/triggers/contract.ts';
import { getUsage } from '#features/usage/contract.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { commandNamed } from '../../../test/harness/command.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { everything } from '../../../test/harness/notification-test.ts';
import { createBrowser, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { readConfig } from '../config.ts';
import { seed } from '../seed/seed.ts';

interface Seeded {
  organization: { id: string; name: string };
  people: { name: string; email: string; role: string; operator: boolean; link: string }[];
  projects: { id: string; name: string }[];
  runs: number;
}

const secrets = { SESSION_SECRET: 'x'.repeat(64), ENCRYPTION_KEY: 'y'.repeat(64) };
const ENCRYPTION_KEY = 'a key of many different characters 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe('npm run seed', () => {
  let url: string;
  let testServer: TestServer;
  let seeded: Seeded;
  const run = commandNamed('seed', () => ({
    DATABASE_URL: url,
    ENCRYPTION_KEY,
    SESSION_SECRET: 'x'.repeat(64),
    PUBLIC_URL: 'https://guildhall.example.com',
    // Nothing is sent to anybody.
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'guildhall@example.com',
  }));

  before(async () => {
    url = await createTestDatabase();
    const { code, stdout, stderr } = await run(['--json']);
    assert.deepEqual([code, stderr], [0, '']);
    seeded = JSON.parse(stdout) as Seeded;
    const used = await query<{ key: string }>(url, 'select key from limit_windows union all select account from sign_in_tries');
    assert.deepEqual(
      used.map(({ key }) => key.split(':')[0]),
      ['webhook'],
      'no limit of a person or an address is used up',
    );
    testServer = await startTestServer({ databaseUrl: url, env: { ENCRYPTION_KEY } });
  });
  after(() => testServer.close());

  /** With the link that was printed. */
  async function signIn(email: string) {
    const person = seeded.people.find((each) => each.email === email) ?? assert.fail(`${email} is not there`);
    const browser = createBrowser(testServer.origin);
    const password = 'a pass phrase of theirs';
    const token = new URL(person.link).searchParams.get('token') ?? '';
    await browser.call(resetPassword, { body: { token, password } });
    await browser.call(login, { body: { email, password } });
    return browser.call;
  }

  it('makes people who sign in with the links it prints', async () => {
    assert.deepEqual(
      seeded.people.map(({ email, role, operator }) => [email, role, operator]),
      [
        ['ada@northwind.example', 'owner', true],
        ['ben@northwind.example', 'admin', false],
        ['chiara@northwind.example', 'member', false],
        ['deniz@northwind.example', 'member', false],
        ['elena@northwind.example', 'viewer', false],
      ],
    );
    for (const { link } of seeded.people) assert.match(link, /^https:\/\/guildhall\.example\.com\/reset-password\?token=[\w-]{43}$/);
    await signIn('elena@northwind.example');
  });

  it('gives every screen something to show', async () => {
    const call = await signIn('ada@northwind.example');
    const { organization } = seeded;
    assert.equal(organization.name, 'Northwind');
    assert.equal((await call(listMembers, { query: {} })).body.members.length, 5);
    assert.equal((await call(listInvitations, { query: {} })).body.invitations.length, 1);
    assert.equal((await call(listTokens, { query: { owner: 'organization' } })).body.tokens.length, 1);
    assert.deepEqual(
      (await call(listProjects, { query: {} })).body.projects.map(({ id }) => id).toSorted(),
      seeded.projects.map(({ id }) => id).toSorted(),
    );
    for (const archived of ['true', 'false'] as const) assert.ok((await call(listAgents, { query: { archived } })).body.agents.length > 0);
    assert.ok((await call(getPolicy, { query: {} })).body.policy.rules.length > 0);
    const schedules = (await call(listAllSchedules, { query: {} })).body.schedules;
    assert.deepEqual(
      [schedules.length, schedules.filter(({ pausedAt }) => pausedAt).length, schedules.filter(({ last }) => last).length],
      [2, 1, 1],
    );
    const triggers = (await call(listAllTriggers, { query: {} })).body.triggers;
    assert.deepEqual(triggers.map(({ kind }) => kind).toSorted(), ['files', 'webhook']);
    assert.equal(triggers.find(({ kind }) => kind === 'webhook')?.lastOccurrence?.outcome, 'started');
    assert.ok((await call(listAudit, { query: {} })).body.entries.length > 20);
    assert.ok((await call(getUsage, { query: {} })).status === 200);
  });

  it('has projects with files, a history of several people, and named points', async () => {
    const call = await signIn('ben@northwind.example');
    const website = seeded.projects.find(({ name }) => name === 'Website') ?? assert.fail();
    const params = { projectId: website.id };
    assert.ok((await call(listFiles, { params, query: {} })).body.entries.length > 5);
    const { changes } = (await call(listChanges, { params, query: {} })).body;
    assert.ok(new Set(changes.map(({ by }) => by.name)).size >= 3);
    assert.ok(changes.some(({ undone }) => undone) && changes.some(({ by }) => by.kind === 'run'));
    assert.equal((await call(listPoints, { params })).body.points.length, 2);
  });

  it('has runs that have ended in each way, and some that wait for a person', async () => {
    const call = await signIn('chiara@northwind.example');
    const runs = [];
    for (const { id: projectId } of seeded.projects) runs.push(...(await call(listRuns, { params: { projectId }, query: {} })).body.runs);
    const statuses = new Set(runs.map(({ status }) => status));
    for (const status of ['done', 'stopped', 'waiting'] as const) assert.ok(statuses.has(status), status);
    assert.ok(runs.some(({ goal, status }) => goal && status === 'done'));
    assert.ok(runs.some(({ branchedFrom }) => branchedFrom));
    const { approvals } = (await call(listApprovals, { query: {} })).body;
    assert.deepEqual(approvals.map(({ kind }) => kind).toSorted(), ['budget', 'tool_call', 'tool_call']);
    const { approvals: decided } = (await call(listApprovals, { query: { status: 'decided' } })).body;
    assert.deepEqual(decided.map(({ status }) => status).toSorted(), ['approved', 'rejected']);
  });

  it('adds nothing to accounts that exist, unless told to, and never twice', async () => {
    const again = await run([]);
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /^There are 5 accounts here already\. To add the demo team beside them: npm run seed -- --yes\n$/);
    assert.match((await run(['--yes'])).stderr, /^The demo team is here already: ada@northwind\.example has an account\./);
    const [people] = await query<{ people: number }>(url, `select count(*)::int as people from users where kind = 'person'`);
    assert.equal(people?.people, 5);
    assert.equal((await run(['now'])).code, 2);
    assert.match((await run(['--help'])).stdout, /--yes/);
  });
});

describe('the demo team', () => {
  const log = pino({ level: 'silent' });

  async function seedInto(databaseUrl: string): Promise<void> {
    const db = createDatabase({ url: databaseUrl, max: 2, log });
    try {
      await seed({ db, config: readConfig({ ...secrets, DATA_DIR: tmpdir() }), databaseUrl, log });
    } finally {
      await db.close();
    }
  }

  it('leaves the notifications of those who work here to servers that can send them', async () => {
    const testServer = await startTestServer();
    const { databaseUrl: url } = testServer;
    const { id, call } = await signUp(testServer);
    await call(putNotificationSettings, { body: { choices: everything, webhookUrl: null } });
    await testServer.close();
    const insert = `insert into notifications (user_id, organization_id, role, kind, channel, about)
      select user_id, organization_id, 'viewer', 'autonomy_off', 'email', '{"organization": "Analysts", "by": "Grace"}' from members where user_id = $1`;
    await query(url, insert, [id]);
    await seedInto(url);
    const left = await query(url, `select status, attempts from notifications where user_id = $1 and kind = 'autonomy_off'`, [id]);
    assert.deepEqual(left, [{ status: 'waiting', attempts: 0 }]);
  });

  it('waits for a restore to be confirmed, since no run would start', async () => {
    const url = await createTestDatabase();
    await query(url, `insert into restores (backup_made_at, backup_version) values (now(), 'test')`);
    await assert.rejects(seedInto(url), {
      message: 'This installation was restored, and no run starts until that is confirmed. First: npm run restore -- --confirm',
    });
    assert.deepEqual(await query(url, 'select from users'), []);
  });
});
