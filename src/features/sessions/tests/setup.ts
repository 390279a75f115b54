/** Two servers on one database. */
import { after, before } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';

const statusOf = (browser: Pick<Person, 'call'>) =>
  browser.call(currentUser, {}).then(
    () => 200,
    (error: { status: number }) => error.status,
  );

/** The promise is a second; a busy machine gets more. */
export const hasEnded = (browser: Pick<Person, 'call'>) => eventually('the session has ended', () => statusOf(browser), 401);

export let testServer: TestServer;
export let other: TestServer;

before(async () => {
  testServer = await startTestServer();
  other = await startTestServer({ databaseUrl: testServer.databaseUrl });
});

after(async () => {
  await testServer.close();
  await other.close();
});
