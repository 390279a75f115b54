import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { currentUser, login, resetPassword } from '#features/accounts/contract.ts';
import { commandNamed } from '../../../test/harness/command.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

describe('npm run user', () => {
  let testServer: TestServer;
  let founder: Person;
  before(async () => {
    testServer = await startTestServer();
    founder = await signUp(testServer, 'Founder');
  });
  after(() => testServer.close());

  const run = commandNamed('user', () => ({ DATABASE_URL: testServer.databaseUrl }));
  const isOperator = async ({ call }: Person) => (await call(currentUser, {})).body.user.operator === true;

  it('promotes and demotes, on running servers too, and records both', async () => {
    const ada = await signUp(testServer);
    assert.equal(await isOperator(ada), false);
    const promoted = await run(['promote', ada.email.toUpperCase()]);
    assert.deepEqual([promoted.code, promoted.stderr], [0, '']);
    assert.match(promoted.stdout, /^Ada Lovelace \(.+\) is an operator now\.\n$/);
    await eventually('the server knows', () => isOperator(ada));
    const again = JSON.parse((await run(['promote', ada.email, '--json'])).stdout);
    assert.deepEqual(again, { changed: false, user: { id: ada.id, name: 'Ada Lovelace', email: ada.email } });
    assert.equal(JSON.parse((await run(['demote', ada.email, '--json'])).stdout).changed, true);
    await eventually('the server knows', () => isOperator(ada), false);
    const entries = await query<{ action: string; user_name: string }>(
      testServer.databaseUrl,
      `select action, user_name from audit_entries where subject ->> 'id' = $1 order by id`,
      [ada.id],
    );
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['account.promote', 'account.demote'],
    );
    assert.match(entries[0]?.user_name ?? '', /command line/);
  });

  it('leaves the last operator their right, even when two are demoted at once', async () => {
    const last = await run(['demote', founder.email]);
    assert.deepEqual([last.code, last.stdout], [1, '']);
    assert.match(last.stderr, /is the last operator\. Promote somebody else first\./);
    const ada = await signUp(testServer);
    await run(['promote', ada.email]);
    const both = await Promise.all([founder, ada].map(({ email }) => run(['demote', email])));
    assert.deepEqual(both.map(({ code }) => code).toSorted(), [0, 1]);
    const [row] = await query<{ operators: number }>(testServer.databaseUrl, 'select count(*)::int as operators from users where operator');
    assert.equal(row?.operators, 1);
  });

  it('prints a link to a new password that works once', async () => {
    const ada = await signUp(testServer);
    const { code, stdout } = await run(['reset', ada.email, '--json'], { PUBLIC_URL: 'https://guildhall.example.com' });
    assert.equal(code, 0);
    const { link, user, expiresAt } = JSON.parse(stdout) as { link: string; user: { id: string }; expiresAt: string };
    assert.equal(user.id, ada.id);
    assert.match(link, /^https:\/\/guildhall\.example\.com\/reset-password\?token=[\w-]{43}$/);
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 24 * 3_600_000) < 600_000);
    const body = { token: new URL(link).searchParams.get('token') ?? '', password: 'another pass phrase' };
    const reset = () => createBrowser(testServer.origin).call(resetPassword, { body });
    await reset();
    await assert.rejects(reset(), { status: 403, code: 'link_invalid' });
    const signIn = createBrowser(testServer.origin).call(login, { body: { email: ada.email, password: body.password } });
    assert.equal((await signIn).status, 200);
    assert.match((await run(['reset', ada.email], { PORT: '5055' })).stdout, /\nhttp:\/\/localhost:5055\/reset-password\?token=/);
  });

  it('makes an account that its person opens with a link, in an organization or one of their own', async () => {
    const email = `${randomUUID()}@example.com`;
    const created = await run(['create', email, '--name', 'Grace Hopper', '--json'], { PUBLIC_URL: 'https://guildhall.example.com' });
    assert.deepEqual([created.code, created.stderr], [0, '']);
    const { link, operator } = JSON.parse(created.stdout) as { link: string; operator: boolean };
    assert.equal(operator, false);
    const password = 'a pass phrase of hers';
    const browser = createBrowser(testServer.origin);
    await browser.call(resetPassword, { body: { token: new URL(link).searchParams.get('token') ?? '', password } });
    const { user } = (await browser.call(login, { body: { email, password } })).body;
    assert.deepEqual(
      user.organizations.map(({ name, role }) => [name, role]),
      [['Grace Hopper’s team', 'owner']],
    );
    const entries = await query<{ action: string }>(
      testServer.databaseUrl,
      `select action from audit_entries where subject ->> 'id' = $1`,
      [user.id],
    );
    assert.deepEqual(entries.map(({ action }) => action).toSorted(), ['account.add', 'account.password_link']);

    const [viewer, owner] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
    const joined = await run(['create', viewer, '--name', 'Vi', '--organization', 'grace hopper’S TEAM', '--role', 'viewer', '--operator']);
    assert.match(joined.stdout, /^Vi \(.+\) has an account: an operator, viewer in Grace Hopper’s team\. They set their password/);
    assert.match(
      (await run(['create', owner, '--name', 'Os', '--organization', 'Analytical Engines', '--role', 'owner'])).stdout,
      /which is new/,
    );
    const { users } = JSON.parse((await run(['list', '--json'])).stdout) as {
      users: { email: string; operator: boolean; organizations: object[] }[];
    };
    const find = (address: string) => users.find((each) => each.email === address);
    assert.deepEqual([find(viewer)?.operator, find(viewer)?.organizations], [true, [{ name: 'Grace Hopper’s team', role: 'viewer' }]]);
    assert.deepEqual([find(owner)?.operator, find(owner)?.organizations], [false, [{ name: 'Analytical Engines', role: 'owner' }]]);
  });

  it('makes no account it was not asked for clearly', async () => {
    const ada = await signUp(testServer, 'Twin');
    await signUp(testServer, 'Twin');
    const email = `${randomUUID()}@example.com`;
    const twins = await run(['create', email, '--name', 'A', '--organization', 'Twin’s team']);
    assert.equal(twins.code, 1);
    assert.match(twins.stderr, /^2 organizations are named Twin’s team\. Name one by its id:\n( {2}[\da-f-]{36} {2}Twin’s team\n){2}$/);
    const [own] = (await ada.call(currentUser, {})).body.user.organizations;
    assert.equal((await run(['create', email, '--name', 'A', '--organization', own?.id ?? ''])).code, 0);
    assert.match(
      (await run(['create', email.toUpperCase(), '--name', 'A'])).stderr,
      /has an account already\. For a new password: npm run user -- reset/,
    );
    assert.match((await run(['create', 'x@example.com', '--name', 'A', '--organization', 'Nowhere'])).stderr, /add --role owner\.\n$/);
    for (const given of [
      ['create', 'x@example.com'],
      ['create', 'no address', '--name', 'A'],
      ['create', 'x@example.com', '--name', ' '],
      ['create', 'x@example.com', '--name', 'A', '--role', 'admin'],
      ['create', 'x@example.com', '--name', 'A', '--organization', own?.id ?? '', '--role', 'boss'],
      ['create', 'x@example.com', '--name', 'A', '--password', 'secret'],
      ['reset', ada.email, '--name', 'A'],
    ])
      assert.equal((await run(given)).code, 2, given.join(' '));
  });

  it('makes the first account an operator’s', async () => {
    const empty = await createTestDatabase();
    const created = await run(['create', 'ada@example.com', '--name', 'Ada', '--json'], { DATABASE_URL: empty });
    assert.equal(JSON.parse(created.stdout).operator, true);
    const second = await run(['create', 'bob@example.com', '--name', 'Bob', '--json'], { DATABASE_URL: empty });
    assert.equal(JSON.parse(second.stdout).operator, false);
  });

  it('lists accounts', async () => {
    const ada = await signUp(testServer, 'Ada');
    const { users } = JSON.parse((await run(['list', '--json'])).stdout) as { users: { id: string; organizations: object[] }[] };
    const found = users.find(({ id }) => id === ada.id) ?? assert.fail();
    assert.deepEqual(found, {
      ...found,
      email: ada.email,
      name: 'Ada',
      operator: false,
      emailConfirmed: false,
      organizations: [{ name: 'Ada’s team', role: 'owner' }],
    });
    assert.match((await run(['list'])).stdout, new RegExp(`^${ada.email}\tAda\towner in Ada’s team$`, 'm'));
  });

  it('explains itself, and what it does not understand', async () => {
    const help = await run(['--help']);
    assert.equal(help.code, 0);
    for (const word of ['create', 'promote', 'demote', 'reset', 'list', '--json']) assert.ok(help.stdout.includes(word), word);
    for (const given of [
      [],
      ['frobnicate'],
      ['promote'],
      ['promote', 'a@example.com', 'b@example.com'],
      ['list', 'x'],
      ['list', '--yes'],
    ]) {
      const { code, stdout, stderr } = await run(given);
      assert.deepEqual([code, stdout], [2, ''], given.join(' '));
      assert.match(stderr, /npm run user -- COMMAND/);
    }
    const unknown = await run(['promote', 'nobody@example.com']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /^No account has the email address nobody@example\.com\./);
  });
});
