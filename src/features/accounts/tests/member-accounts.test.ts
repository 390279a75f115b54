/** What admins may do with the accounts of members. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPasswordLink, currentUser, resetPassword } from '#features/accounts/contract.ts';
import { endSessionsOfMember } from '#features/sessions/contract.ts';
import type { Role } from '#wire/role.ts';
import { query } from '../../../../test/harness/database.ts';
import { makeOperator } from '../../../../test/harness/roles.ts';
import { addMember, createBrowser, type Person, signedInOn, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { hasEnded, mailTo, other, PUBLIC_URL, signIn, statusOf, testServer } from './setup.ts';

const next = 'another pass phrase';

interface Team {
  organizationId: string;
  owner: Person;
  admin: Person;
}

async function newTeam(): Promise<Team> {
  const owner = await signUp(testServer);
  const organizationId = (await owner.call(currentUser, {})).body.user.organizations[0]?.id ?? '';
  return { owner, organizationId, admin: await join(organizationId, 'admin') };
}

/** A person who belongs to this organization alone, as after an invitation. */
async function join(organizationId: string, role: Role): Promise<Person> {
  const person = await signUp(testServer);
  await query(testServer.databaseUrl, 'delete from members where user_id = $1', [person.id]);
  await addMember(testServer, person, organizationId, role);
  return person;
}

const linkFor = (admin: Person, userId: string) => admin.call(createPasswordLink, { params: { userId } });
const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? '';
const use = (link: string) => createBrowser(testServer.origin).call(resetPassword, { body: { token: tokenOf(link), password: next } });
const invalidLink = { status: 403, code: 'link_invalid' };
const giveRole = (id: string, role: Role) => query(testServer.databaseUrl, 'update members set role = $2 where user_id = $1', [id, role]);

describe('POST /api/members/:userId/password-link', () => {
  it('makes a link for a member that works once, within 24 hours, and tells the member', async () => {
    const { organizationId, admin } = await newTeam();
    const member = await join(organizationId, 'member');
    const { link, expiresAt } = (await linkFor(admin, member.id)).body;
    assert.match(link, new RegExp(`^${PUBLIC_URL}/reset-password\\?token=[\\w-]{43}$`));
    const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    assert.ok(hours > 23.9 && hours < 24.1, `${hours} hours`);
    await mailTo(member.email, /an admin created a link/);
    await use(link);
    await hasEnded(member);
    assert.deepEqual([await signIn(member.email, member.password), await signIn(member.email, next)], [401, 200]);
    await assert.rejects(use(link), invalidLink);
    const actions = await query<{ action: string }>(
      testServer.databaseUrl,
      `select action from audit_entries where organization_id = $1 and action ~ 'password' order by id`,
      [organizationId],
    );
    assert.deepEqual(
      actions.map(({ action }) => action),
      ['member.password_link', 'account.password_reset'],
    );
  });

  it('names the host of the request where no public address is set', async () => {
    const plain = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { NODE_ENV: 'test', PORT: '0' } });
    try {
      const { organizationId, admin } = await newTeam();
      const member = await join(organizationId, 'member');
      const { link } = (await signedInOn(admin, plain).call(createPasswordLink, { params: { userId: member.id } })).body;
      assert.equal(new URL(link).hostname, 'localhost');
    } finally {
      await plain.close();
    }
  });

  it('rejects a role above the admin’s, the admin’s own account, and everyone who is no member', async () => {
    const { owner, organizationId, admin } = await newTeam();
    const [member, outsider] = [await join(organizationId, 'member'), await signUp(testServer)];
    await assert.rejects(linkFor(admin, owner.id), { status: 403, code: 'role_too_small' });
    await assert.rejects(linkFor(admin, admin.id), { status: 403, code: 'own_account' });
    await assert.rejects(linkFor(admin, outsider.id), { status: 404 });
    await assert.rejects(linkFor(member, admin.id), { status: 403, code: 'role_too_small' });
    assert.equal((await linkFor(owner, admin.id)).status, 201);
  });

  it('rejects accounts that are also somewhere else, or an operator’s', async () => {
    const { organizationId, admin } = await newTeam();
    const [elsewhere, operator] = [await signUp(testServer), await join(organizationId, 'member')];
    await addMember(testServer, elsewhere, organizationId, 'viewer');
    await makeOperator(testServer, operator);
    for (const { id } of [elsewhere, operator]) await assert.rejects(linkFor(admin, id), { status: 403, code: 'account_elsewhere' });
  });

  it('ends with what made it right: the roles, the membership, and that there is no other one', async () => {
    for (const [what, change] of Object.entries({
      'the member became the owner': (_: Team, { id }: Person) => giveRole(id, 'owner'),
      'the admin became a member': ({ admin }: Team) => giveRole(admin.id, 'member'),
      'the admin was removed': ({ admin }: Team) => query(testServer.databaseUrl, 'delete from members where user_id = $1', [admin.id]),
      'the admin’s account was deleted': ({ admin }: Team) =>
        query(testServer.databaseUrl, 'update one_time_links set created_by = null where created_by = $1', [admin.id]),
      'the member joined another organization': async (_: Team, member: Person) =>
        addMember(testServer, member, (await newTeam()).organizationId, 'admin'),
      'the member became an operator': (_: Team, member: Person) => makeOperator(testServer, member),
    })) {
      const team = await newTeam();
      const member = await join(team.organizationId, 'member');
      const { link } = (await linkFor(team.admin, member.id)).body;
      await change(team, member);
      await assert.rejects(use(link), invalidLink, what);
      assert.equal(await signIn(member.email, member.password), 200, what);
    }
  });
});

describe('DELETE /api/members/:userId/sessions', () => {
  const signOut = (admin: Person, userId: string) => admin.call(endSessionsOfMember, { params: { userId } });

  it('signs a member out on every server', async () => {
    const { organizationId, admin } = await newTeam();
    const member = await join(organizationId, 'member');
    const elsewhere = signedInOn(member, other);
    await elsewhere.call(currentUser, {});
    await signOut(admin, member.id);
    for (const browser of [member, elsewhere]) await hasEnded(browser);
    assert.equal(await signIn(member.email, member.password), 200);
  });

  it('rejects a role above the admin’s, and everyone who is no member', async () => {
    const { owner, organizationId, admin } = await newTeam();
    const [member, outsider] = [await join(organizationId, 'member'), await signUp(testServer)];
    await assert.rejects(signOut(admin, owner.id), { status: 403, code: 'role_too_small' });
    await assert.rejects(signOut(admin, outsider.id), { status: 404 });
    await assert.rejects(signOut(member, admin.id), { status: 403, code: 'role_too_small' });
    for (const person of [owner, outsider, admin]) assert.equal(await statusOf(person.call(currentUser, {})), 200);
  });
});
