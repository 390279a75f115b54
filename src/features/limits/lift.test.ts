/** Lets an operator reset a limit that a person has used up. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { currentUser, login } from '#features/accounts/contract.ts';
import { deleteFile } from '#features/files/contract.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import {
  createBrowser,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../test/harness/test-server.ts';

const program = fileURLToPath(new URL('../../app/commands/lift-limits.ts', import.meta.url));
const statusOf = (attempt: Promise<{ status: number }>) =>
  attempt.then(
    ({ status }) => status,
    (error: { status: number }) => error.status,
  );

describe('npm run lift-limits', () => {
  let testServers: [TestServer, TestServer];
  before(async () => {
    const env = { RATE_LIMIT_MULTIPLIER: '1', RATE_LIMIT_API: '3/15m', RATE_LIMIT_DEVMODE: '2/1h', RATE_LIMIT_AUTH: '5/15m' };
    const first = await startTestServer({ env });
    testServers = [first, await startTestServer({ env, databaseUrl: first.databaseUrl })];
  });
  after(() => Promise.all(testServers.map((testServer) => testServer.close())));

  async function lift(...who: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: testServers[0].databaseUrl };
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...who], { env, cwd: '/' });
    return stdout;
  }
  const becomes = (status: number, ask: () => Promise<number>) => eventually('every server has heard of it', ask, status);

  it('lets a person go on at once on every server, and nobody else', async () => {
    const [ada, eve] = [await signUp(testServers[0]), await signUp(testServers[0])];
    const projects = new Map<Person, string>();
    for (const person of [ada, eve]) projects.set(person, (await newProject(person)).id);
    const remove = (person: Person, testServer: TestServer) =>
      statusOf(
        signedInOn(person, testServer).call(deleteFile, { params: { projectId: projects.get(person) ?? '' }, query: { path: 'a' } }),
      );
    for (const person of [ada, eve]) for (const testServer of testServers) while ((await remove(person, testServer)) === 404);
    assert.match(await lift(ada.email.toUpperCase()), /are lifted on all servers: [1-9]\d* counts? w/);
    for (const testServer of testServers) await becomes(404, () => remove(ada, testServer));
    for (const testServer of testServers) assert.equal(await remove(eve, testServer), 429);
  });

  it('lets a person sign in whose password was guessed at', async () => {
    const { email, password } = await signUp(testServers[0]);
    const signIn = (given: string, address: string) =>
      statusOf(
        createBrowser(testServers[1].origin).call(login, { body: { email, password: given } }, { headers: { 'x-forwarded-for': address } }),
      );
    for (let last = 1; (await signIn('a guess', `198.51.100.${last}`)) === 401; last++);
    assert.equal(await signIn(password, '198.51.100.200'), 429);
    await lift(email);
    await becomes(200, () => signIn(password, '198.51.100.200'));
  });

  it('lets those go on who share an address', async () => {
    const ask = () => statusOf(fetch(testServers[1].origin + currentUser.path, { headers: { 'x-forwarded-for': '2001:db8::7' } }));
    while ((await ask()) === 401);
    assert.match(await lift('2001:db8:0:0:ffff::1'), /1 count was forgotten/);
    await becomes(401, ask);
  });

  it('says what it needs, and that an address is no account here', async () => {
    await assert.rejects(lift(), /Name one person by email address/);
    assert.match(await lift('nobody@example.com'), /nobody@example\.com, which is no account here, are lifted.*0 counts were/);
  });
});
