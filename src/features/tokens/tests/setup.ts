/** Two servers on one database, and callers with tokens. */
import { after, before } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { getOrganization } from '#features/organizations/contract.ts';
import type { BodyOf, CallOf } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { createToken } from '../contract.ts';

export let here: TestServer;
export let there: TestServer;
before(async () => {
  here = await startTestServer();
  there = await startTestServer({ databaseUrl: here.databaseUrl });
});
after(() => Promise.all([here.close(), there.close()]));

type Wanted = Partial<BodyOf<typeof createToken>>;

/** Creates a token of a person, to read unless something else is wanted. */
export async function newToken(person: Person, wanted: Wanted = {}, query: CallOf<typeof createToken>['query'] = {}) {
  return (await person.call(createToken, { query, body: { name: 'A script', scopes: ['read'], ...wanted } })).body;
}

/** Sends requests with a token and without cookies, like a script. */
export function scriptWith(secret: string, { origin }: { origin: string } = here) {
  return createBrowser(origin, (input, init) => {
    const headers = new Headers(init?.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${secret}`);
    headers.delete('cookie');
    return fetch(input, { ...init, headers });
  });
}
export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

export type Script = ReturnType<typeof scriptWith>;

export const statusOf = (call: Promise<{ status: number }>): Promise<number> =>
  call.then(
    ({ status }) => status,
    ({ status }: { status: number }) => status,
  );

/** The promise is a second; a busy machine gets more. */
export const isRejected = (script: Script) => eventually('the token is rejected', () => statusOf(script.call(currentUser, {})), 401);

export const organizationOf = async (person: Person) => (await person.call(getOrganization, {})).body.organization.id;

/** A new person with this role in an organization, which is their default. */
export async function join(organizationId: string, role: Role): Promise<Person> {
  const person = await signUp(here, `A ${role}`);
  await addMember(here, person, organizationId, role);
  await eventually('the server knows the membership', async () =>
    (await person.call(currentUser, {})).body.user.organizations.some(({ id }) => id === organizationId),
  );
  return person;
}
