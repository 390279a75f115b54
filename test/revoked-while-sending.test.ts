/** A body may take long to arrive: a sender who loses the right meanwhile changes nothing. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { currentUser, login } from '#features/accounts/contract.ts';
import { listSessions, revokeSession } from '#features/sessions/contract.ts';
import { createToken } from '#features/tokens/contract.ts';
import { urlOf } from '#wire/call.ts';
import { isRawBody } from '#wire/raw-body.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { type Fixture, seed } from './harness/fixture.ts';
import { sampleOf } from './harness/samples.ts';
import { addMember, createBrowser, type Person, signUp, startTestServer } from './harness/test-server.ts';

const testServer = await startTestServer();
after(() => testServer.close());
const routes = testServer.features.routes.filter(({ contract, access }) => contract.body && access.of !== undefined);
let fixture: Fixture;
before(async () => {
  fixture = await seed(testServer);
});

interface Sending {
  /** Sends the rest. @returns the status */
  finish(): Promise<number>;
}

/** Sends everything but the last byte of a body. */
function begin(
  { cookies }: Person['browser'],
  method: string,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<Sending> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const length = String(Buffer.byteLength(body));
  const sending = request(testServer.origin + path, { method, headers: { ...headers, cookie, 'content-length': length } });
  const status = new Promise<number>((resolve, reject) => {
    sending.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
  });
  const finish = () => {
    sending.end(Buffer.from(body).subarray(-1));
    return status;
  };
  return new Promise((resolve) => sending.write(Buffer.from(body).subarray(0, -1), () => resolve({ finish })));
}

async function beginSample(person: Person, { contract }: (typeof routes)[number]): Promise<Sending> {
  const sample = sampleOf(contract, fixture);
  const bytes = isRawBody(contract.body);
  const body = bytes ? String(sample.body) : JSON.stringify(sample.body);
  const type = bytes ? 'application/octet-stream' : 'application/json';
  const headers = { 'content-type': type, 'guildhall-organization': fixture.organizationId, ...sample.headers };
  return begin(person.browser, contract.method, urlOf(contract, sample as never), body, headers);
}

describe('a body that arrives after its sender', () => {
  it(`was removed changes nothing, at each of ${routes.length} endpoints`, async () => {
    const person = await signUp(testServer);
    await addMember(testServer, person, fixture.organizationId, 'owner');
    const organizations = async () => (await person.call(currentUser, {})).body.user.organizations.map(({ id }) => id);
    await eventually('the server knows the membership', organizations, (ids) => ids.includes(fixture.organizationId));
    const sendings = await Promise.all(routes.map((route) => beginSample(person, route)));
    await query(testServer.databaseUrl, 'delete from members where user_id = $1 and organization_id = $2', [
      person.id,
      fixture.organizationId,
    ]);
    await eventually('the server knows the removal', organizations, (ids) => !ids.includes(fixture.organizationId));
    const statuses = await Promise.all(sendings.map(({ finish }) => finish()));
    const accepted = routes.filter((_, at) => (statuses[at] ?? 0) < 400).map(({ contract }) => contract.name);
    assert.deepEqual(accepted, []);
  });

  it('was signed out creates no token', async () => {
    const person = await signUp(testServer);
    const other = createBrowser(testServer.origin);
    await other.call(login, { body: { email: person.email, password: person.password } });
    const { sessions } = (await other.call(listSessions, {})).body;
    const body = JSON.stringify({ name: 'Left behind', scopes: ['read'] });
    const { finish } = await begin(person.browser, 'POST', urlOf(createToken, {} as never), body, { 'content-type': 'application/json' });
    const former = sessions.find(({ current }) => !current);
    await other.call(revokeSession, { params: { sessionId: former?.id ?? '' } });
    assert.equal(await finish(), 401);
  });
});
