/** Two servers on one database, and people of an organization. */
import { after, before } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { getOrganization } from '#features/organizations/contract.ts';
import type { Role } from '#wire/role.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import * as scripts from './script.ts';

export let here: TestServer;
export let there: TestServer;
before(async () => {
  here = await startTestServer();
  there = await startTestServer({ databaseUrl: here.databaseUrl });
});
after(() => Promise.all([here.close(), there.close()]));

export const scriptWith = (secret: string, server = here): scripts.Script => scripts.scriptWith(secret, server);

/** The promise is a second; a busy machine gets more. */
export const isRejected = (script: scripts.Script) =>
  eventually('the token is rejected', () => scripts.statusOf(script.call(currentUser, {})), 401);

export const organizationOf = async (person: Person) => (await person.call(getOrganization, {})).body.organization.id;

/** A new person with this role in an organization. */
export async function join(organizationId: string, role: Role): Promise<Person> {
  const person = await signUp(here, `A ${role}`);
  await addMember(here, person, organizationId, role);
  await eventually('the server knows the membership', async () =>
    (await person.call(currentUser, {})).body.user.organizations.some(({ id }) => id === organizationId),
  );
  return person;
}
