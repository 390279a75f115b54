import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { currentUser, login, resetPassword } from '#features/accounts/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

const program = fileURLToPath(new URL('./user.ts', import.meta.url));

describe('npm run user', () => {
  let testServer: TestServer;
  let founder: Person;
  before(async () => {
    testServer = await startTestServer();
    founder = await signUp(testServer, 'Founder');
  });
  after(() => testServer.close());

  function run(given: string[], env: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
    const all = { PATH: process.env['PATH'] ?? '', DATABASE_URL: testServer.databaseUrl, ...env };
    return new Promise((resolve) => {
      execFile(process.execPath, [program, ...given], { env: all, cwd: '/' }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      );
    });
  }
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
    for (const word of ['promote', 'demote', 'reset', 'list', '--json']) assert.ok(help.stdout.includes(word), word);
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
