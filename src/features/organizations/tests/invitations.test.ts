/** Invitations: who can give them, who can use them, and how often. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser, signup } from '#features/accounts/contract.ts';
import { getOrganization, listMembers, removeMember } from '#features/organizations/contract.ts';
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  lookUpInvitation,
  resendInvitation,
  revokeInvitation,
} from '#features/organizations/invitations-contract.ts';
import { listProjects, putProjectMembers } from '#features/projects/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import {
  addMember,
  createBrowser,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../../test/harness/test-server.ts';

let testServer: TestServer;
let other: TestServer;
let owner: Person;
before(async () => {
  testServer = await startTestServer({ env: { SIGNUP: 'invite' } });
  other = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { SIGNUP: 'invite' } });
  owner = await signUp(testServer, 'Fay Founder');
});
after(() => Promise.all([testServer.close(), other.close()]));

type Options = Parameters<typeof owner.call<typeof createInvitation>>[1]['body'];
const invite = async (options: Partial<Options> = {}) => {
  const { link, invitation } = (await owner.call(createInvitation, { body: { role: 'member', ...options } })).body;
  return { invitation, link, token: new URL(link).searchParams.get('token') ?? '' };
};
const newAccount = (token: string, email = `${crypto.randomUUID()}@example.com`) => ({
  body: { name: 'Ivy Invited', email, password: 'correct horse battery', invitation: token },
});
const people = async () => (await owner.call(listMembers, {})).body.members;

describe('an invitation', () => {
  it('lets somebody sign up where sign-up is closed, with its role, and founds no organization', async () => {
    const { token } = await invite({ role: 'viewer' });
    const browser = createBrowser(testServer.origin);
    await assert.rejects(browser.call(signup, { body: { ...newAccount('').body, invitation: undefined } }), { code: 'signup_closed' });
    const seen = (await browser.call(lookUpInvitation, { query: { token } })).body;
    assert.deepEqual({ role: seen.role, invitedBy: seen.invitedBy }, { role: 'viewer', invitedBy: 'Fay Founder' });
    const { user } = (await browser.call(signup, newAccount(token))).body;
    const { id, name } = (await owner.call(getOrganization, {})).body.organization;
    assert.deepEqual(
      user.organizations.map((each) => ({ id: each.id, name: each.name, role: each.role })),
      [{ id, name, role: 'viewer' }],
    );
    assert.equal(user.operator, undefined);
    assert.equal((await browser.call(getOrganization, {})).body.organization.role, 'viewer');
  });

  it('is accepted by somebody who is signed in', async () => {
    const first = createBrowser(testServer.origin);
    await first.call(signup, newAccount((await invite()).token));
    const founder = (await first.call(currentUser, {})).body.user;
    const [organization] = await query<{ id: string }>(
      testServer.databaseUrl,
      `insert into organizations (id, name) values (gen_random_uuid(), 'Elsewhere') returning id`,
    );
    await addMember(testServer, owner, organization?.id ?? '', 'owner');
    const isOwner = async () => (await owner.call(currentUser, {})).body.user.organizations.some(({ id }) => id === organization?.id);
    await eventually('the server knows the new member', isOwner);
    const { link } = (await owner.call(createInvitation, { query: { organization: organization?.id }, body: { role: 'admin' } })).body;
    const token = new URL(link).searchParams.get('token') ?? '';
    assert.equal((await first.call(acceptInvitation, { body: { token } })).body.organization.name, 'Elsewhere');
    const { organizations } = (await first.call(currentUser, {})).body.user;
    assert.equal(organizations.length, founder.organizations.length + 1);
    await assert.rejects(first.call(acceptInvitation, { body: { token } }), { status: 403, code: 'invitation_invalid' });
  });

  it('lets one of two people in who use it at once, on two servers', async () => {
    for (let round = 0; round < 10; round++) {
      const before = (await people()).length;
      const { token } = await invite();
      const outcomes = await Promise.allSettled(
        [testServer, other, testServer, other].map(({ origin }) => createBrowser(origin).call(signup, newAccount(token))),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'invitation_invalid');
      assert.equal((await people()).length, before + 1, 'the others have no account either');
    }
    const [orphans] = await query<{ count: number }>(
      testServer.databaseUrl,
      'select count(*)::int as count from users u where not exists (select from members m where m.user_id = u.id)',
    );
    assert.equal(orphans?.count, 0);
  });

  it('for an address lets in nobody else, and says so', async () => {
    const { token, invitation } = await invite({ email: 'Grace@Example.com' });
    assert.equal(invitation.email, 'Grace@Example.com');
    const someone = createBrowser(testServer.origin);
    await assert.rejects(someone.call(signup, newAccount(token)), { status: 403, code: 'other_address', message: /Grace@Example\.com/ });
    const joined = await someone.call(signup, newAccount(token, 'grace@example.com'));
    assert.equal(joined.status, 201);
  });

  it('is refused for the address of a member, and for one that is invited already', async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const attempts = await Promise.allSettled([email, email.toUpperCase(), ` ${email} `].map((each) => invite({ email: each })));
    const refused = attempts.filter((attempt) => attempt.status === 'rejected').map(({ reason }) => reason.code);
    assert.deepEqual(refused, ['invitation_exists', 'invitation_exists'], 'of several at once, one is made');
    const { invitations } = (await owner.call(listInvitations, {})).body;
    const invited = invitations.find((each) => each.email?.trim().toLowerCase() === email);
    const { link } = (await owner.call(resendInvitation, { params: { invitationId: invited?.id ?? '' } })).body;
    const token = new URL(link).searchParams.get('token') ?? '';
    await createBrowser(testServer.origin).call(signup, newAccount(token, email));
    await assert.rejects(invite({ email }), { status: 409, code: 'member_exists' });
  });

  it('opens the projects that it names', async () => {
    const [open, closed, named] = await Promise.all(['Open', 'Closed', 'Named'].map((name) => newProject(owner, name)));
    for (const project of [closed, named])
      await owner.call(putProjectMembers, { params: { projectId: project?.id ?? '' }, body: { access: 'listed', members: [] } });
    const { token } = await invite({ role: 'viewer', projects: [{ projectId: named?.id ?? '', role: 'member' }] });
    const browser = createBrowser(testServer.origin);
    await browser.call(signup, newAccount(token));
    const seen = (await browser.call(listProjects, {})).body.projects.map(({ id, role }) => `${id} ${role}`);
    assert.deepEqual(seen.sort(), [`${open?.id} viewer`, `${named?.id} member`].sort());
  });

  it('names projects of its own organization only', async () => {
    const projectId = crypto.randomUUID();
    await assert.rejects(invite({ projects: [{ projectId, role: 'member' }] }), { status: 422 });
  });

  it('no longer works once revoked, renewed or expired, and says why', async () => {
    const works = (token: string) => createBrowser(testServer.origin).call(lookUpInvitation, { query: { token } });
    const revoked = await invite();
    await owner.call(revokeInvitation, { params: { invitationId: revoked.invitation.id } });
    await assert.rejects(works(revoked.token), { status: 403, message: /was revoked/ });
    await assert.rejects(owner.call(revokeInvitation, { params: { invitationId: revoked.invitation.id } }), { status: 404 });

    const renewed = await invite();
    const { link } = (await owner.call(resendInvitation, { params: { invitationId: renewed.invitation.id } })).body;
    await assert.rejects(works(renewed.token), { status: 403, message: /not valid/ });
    await works(new URL(link).searchParams.get('token') ?? '');

    const expired = await invite();
    await query(testServer.databaseUrl, `update invitations set expires_at = now() - interval '1 second' where id = $1`, [
      expired.invitation.id,
    ]);
    await assert.rejects(works(expired.token), { status: 403, message: /has expired/ });
    const listed = (await owner.call(listInvitations, {})).body.invitations;
    assert.equal(listed.find(({ id }) => id === expired.invitation.id)?.expired, true);
    await assert.rejects(createBrowser(testServer.origin).call(signup, newAccount(expired.token)), { code: 'invitation_invalid' });
  });

  it('gives no role above one’s own', async () => {
    const admin = createBrowser(testServer.origin);
    await admin.call(signup, newAccount((await invite({ role: 'admin' })).token));
    await assert.rejects(admin.call(createInvitation, { body: { role: 'owner' } }), { status: 403, code: 'role_too_small' });
    const { invitation } = await invite({ role: 'owner' });
    await assert.rejects(admin.call(resendInvitation, { params: { invitationId: invitation.id } }), {
      status: 403,
      code: 'role_too_small',
    });
    await admin.call(createInvitation, { body: { role: 'admin' } });
  });

  it('is not stored in a form that could be used', async () => {
    const { token } = await invite();
    const rows = await query(testServer.databaseUrl, 'select row_to_json(i)::text as row from invitations i');
    assert.ok(!JSON.stringify(rows).includes(token));
  });

  it('is asked for again where the person is a member already', async () => {
    const { token } = await invite();
    await assert.rejects(owner.call(acceptInvitation, { body: { token } }), { status: 409, code: 'already_member' });
    const browser = createBrowser(other.origin);
    assert.equal((await browser.call(signup, newAccount(token))).status, 201, 'it still works for others');
    assert.ok(signedInOn(owner, other));
  });

  it('for the address of somebody who joined by another link ends with their removal', async () => {
    const email = `${crypto.randomUUID()}@Example.com`;
    const unused = await invite({ email, role: 'admin' });
    const browser = createBrowser(testServer.origin);
    const { user } = (await browser.call(signup, newAccount((await invite({ role: 'viewer' })).token, email.toLowerCase()))).body;
    await owner.call(removeMember, { params: { userId: user.id } });
    await assert.rejects(browser.call(acceptInvitation, { body: { token: unused.token } }), { status: 403, code: 'invitation_invalid' });
  });

  it('ends when somebody who renewed it leaves', async () => {
    const admin = createBrowser(testServer.origin);
    const { user } = (await admin.call(signup, newAccount((await invite({ role: 'admin' })).token))).body;
    const { invitation } = await invite({ role: 'admin' });
    const { link } = (await admin.call(resendInvitation, { params: { invitationId: invitation.id } })).body;
    await owner.call(removeMember, { params: { userId: user.id } });
    const token = new URL(link).searchParams.get('token') ?? '';
    await assert.rejects(admin.call(lookUpInvitation, { query: { token } }), { status: 403, code: 'invitation_invalid' });
  });
});
