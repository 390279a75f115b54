/** Two servers on one database. */
import { after, before } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type House, openHouse, type Person } from '../../../../test/harness/test-server.ts';

const statusOf = (browser: Pick<Person, 'call'>) =>
  browser.call(currentUser, {}).then(
    () => 200,
    (error: { status: number }) => error.status,
  );

/** The promise is a second; a busy machine gets more. */
export const hasEnded = (browser: Pick<Person, 'call'>) => eventually('the session has ended', () => statusOf(browser), 401);

export let house: House;
export let other: House;

before(async () => {
  house = await openHouse();
  other = await openHouse({ databaseUrl: house.databaseUrl });
});

after(async () => {
  await house.close();
  await other.close();
});
