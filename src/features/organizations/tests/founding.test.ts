/** Who may found an organization, and that screens are told the same. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { newToken, scriptWith } from '#features/tokens/tests/script.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { createOrganization } from '../contract.ts';

let open: TestServer;
let invite: TestServer;
let operator: Person;
let person: Person;
before(async () => {
  open = await startTestServer({ env: { SIGNUP: 'open' } });
  invite = await startTestServer({ databaseUrl: open.databaseUrl, env: { SIGNUP: 'invite' } });
  operator = await signUp(open, 'Olive Operator');
  person = await signUp(open);
});
after(() => Promise.all([open.close(), invite.close()]));

type Caller = Pick<Person, 'call'>;
const mayCreate = async (caller: Caller) => (await caller.call(currentUser, {})).body.user.mayCreateOrganization;
const found = (caller: Caller) => caller.call(createOrganization, { body: { name: 'A second team' } });

describe('founding an organization', () => {
  it('is open to everyone where sign-up is', async () => {
    for (const one of [operator, person]) {
      assert.equal(await mayCreate(one), true);
      assert.equal((await found(one)).status, 201);
    }
  });

  it('is for operators alone where sign-up is by invitation', async () => {
    const [here, there] = [signedInOn(operator, invite), signedInOn(person, invite)];
    assert.equal(await mayCreate(here), true);
    assert.equal((await found(here)).status, 201);
    assert.equal(await mayCreate(there), undefined);
    await assert.rejects(found(there), { status: 403, code: 'founding_closed' });
    await query(open.databaseUrl, 'update users set operator = true where id = $1', [person.id]);
    await eventually('the new operator may', () => mayCreate(there), true);
  });

  it('is not for tokens', async () => {
    const { secret } = await newToken(operator, { scopes: ['read', 'write', 'admin'] });
    const script = scriptWith(secret, open);
    assert.equal(await mayCreate(script), undefined);
    await assert.rejects(found(script), { status: 403 });
  });
});
