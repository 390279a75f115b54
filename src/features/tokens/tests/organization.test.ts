/** Tokens of an organization, and the service accounts that act for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentUser, login } from '#features/accounts/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { changeMember, listMembers, removeMember } from '#features/organizations/contract.ts';
import { createProject, listProjects, putProjectMembers } from '#features/projects/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { hold, query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signUp } from '../../../../test/harness/test-server.ts';
import { listTokens, revokeToken } from '../contract.ts';
import { newToken, statusOf } from './script.ts';
import { here, isRejected, join, organizationOf, scriptWith, there } from './setup.ts';

/** An owner, an admin, and a token of their organization that the admin created. */
async function setUp(role: 'viewer' | 'member' | 'admin' = 'member') {
  const owner = await signUp(here, 'Olive Owner');
  const organization = await organizationOf(owner);
  const admin = await join(organization, 'admin');
  const created = await newToken(admin, { owner: 'organization', role, scopes: ['read', 'write', 'admin'] }, { organization });
  return { owner, organization, admin, ...created, script: scriptWith(created.secret, there) };
}
const serviceAccounts = (organization: string) =>
  query<{ id: string; name: string; email: string }>(
    here.databaseUrl,
    `select u.id, u.name, u.email from users u join members m on m.user_id = u.id where m.organization_id = $1 and u.kind = 'service'`,
    [organization],
  );
const tokensOf = async (person: Person, organization: string) =>
  (await person.call(listTokens, { query: { owner: 'organization', organization } })).body.tokens;

describe('a token of an organization', () => {
  it('acts as itself, with its own role, in this organization alone', async () => {
    const { admin, organization, token, script } = await setUp();
    assert.deepEqual(
      [token.owner, token.organizationId, token.role, token.createdBy.id],
      ['organization', organization, 'member', admin.id],
    );
    const { user } = (await script.call(currentUser, {})).body;
    assert.deepEqual(
      user.organizations.map(({ id, role }) => ({ id, role })),
      [{ id: organization, role: 'member' }],
    );
    assert.equal(user.name, token.name);
    await script.call(createProject, { body: { name: 'By a service account' } });
    const [account] = await serviceAccounts(organization);
    assert.deepEqual(account, { id: user.id, name: token.name, email: `${token.id}@tokens.invalid` });
  });

  it('is listed for admins, and its account is nowhere among people', async () => {
    const { owner, admin, organization, token } = await setUp();
    for (const person of [owner, admin])
      assert.deepEqual(
        (await tokensOf(person, organization)).map(({ id }) => id),
        [token.id],
      );
    assert.deepEqual((await admin.call(listTokens, {})).body.tokens, [], 'it is not the admin’s own');
    const { members } = (await owner.call(listMembers, {})).body;
    assert.deepEqual(members.map(({ userId }) => userId).toSorted(), [owner.id, admin.id].toSorted());
    const member = await join(organization, 'member');
    await assert.rejects(tokensOf(member, organization), { status: 403, code: 'role_too_small' });
    await assert.rejects(tokensOf(await signUp(here), organization), { status: 404 });
  });

  it('has an account with which nobody signs in', async () => {
    const { organization } = await setUp();
    const [account] = await serviceAccounts(organization);
    for (const password of ['', '!', 'correct horse battery', account?.id ?? ''])
      assert.equal(await statusOf((await signUp(here)).call(login, { body: { email: account?.email ?? '', password } })), 401);
  });

  it('has at most the role of who creates it, and is no owner', async () => {
    const { owner, admin, organization } = await setUp();
    const create = (person: Person, role: 'admin' | 'owner') =>
      statusOf(newToken(person, { owner: 'organization', role }, { organization }).then(() => ({ status: 201 })));
    assert.deepEqual([await create(owner, 'owner'), await create(admin, 'owner'), await create(admin, 'admin')], [422, 422, 201]);
    const member = await join(organization, 'member');
    assert.equal(await create(member, 'admin'), 403);
  });

  it('does what an admin may, where its role and scope say so', async () => {
    const { owner, organization, script } = await setUp('admin');
    const member = await join(organization, 'member');
    await script.call(changeMember, { params: { userId: member.id }, body: { role: 'viewer' } });
    await script.call(removeMember, { params: { userId: member.id } });
    await assert.rejects(script.call(changeMember, { params: { userId: owner.id }, body: { role: 'viewer' } }), { status: 403 });
    assert.equal((await owner.call(listMembers, {})).body.members.length, 2);
  });

  it('sees restricted projects only as an admin, and is limited to those it has access to', async () => {
    const { owner, admin, organization, script } = await setUp();
    const [open, restricted] = [await newProject(owner, 'Open'), await newProject(owner, 'Restricted')];
    await owner.call(putProjectMembers, { params: { projectId: restricted.id }, body: { access: 'listed', members: [] } });
    const names = async () => (await script.call(listProjects, {})).body.projects.map(({ name }) => name);
    await eventually('it sees the open one only', names, ['Open']);
    const limitedTo = (role: 'member' | 'admin', projects: string[]) =>
      newToken(admin, { owner: 'organization', role, projects }, { organization });
    await assert.rejects(limitedTo('member', [open.id, restricted.id]), { status: 422 });
    await limitedTo('admin', [open.id, restricted.id]);
    assert.equal((await serviceAccounts(organization)).length, 2, 'a rejected token leaves no account');
  });

  it('is revoked by any admin, with its account', async () => {
    const { owner, organization, token, script } = await setUp();
    await script.call(currentUser, {});
    const revoke = (person: Person) => statusOf(person.call(revokeToken, { params: { tokenId: token.id } }));
    assert.deepEqual([await revoke(await join(organization, 'member')), await revoke(await signUp(here))], [404, 404]);
    assert.equal(await revoke(owner), 204);
    await isRejected(script);
    assert.deepEqual(await serviceAccounts(organization), []);
  });

  it('ends with its account when its creator leaves or is no longer an admin', async () => {
    for (const away of ['removed', 'demoted'] as const) {
      const { owner, admin, organization, script } = await setUp();
      await script.call(currentUser, {});
      if (away === 'removed') await owner.call(removeMember, { params: { userId: admin.id } });
      else await owner.call(changeMember, { params: { userId: admin.id }, body: { role: 'member' } });
      await isRejected(script);
      assert.deepEqual(await serviceAccounts(organization), []);
    }
  });

  it('takes its runs with it before their next model call', async () => {
    const { owner, admin, organization } = await setUp();
    const { id: projectId } = await newProject(owner);
    const { token, secret } = await newToken(admin, { owner: 'organization', role: 'member', scopes: ['run'] }, { organization });
    const body = { message: 'write a.txt: A', model: 'practice', level: 'supervised' } as const;
    const { run } = (await scriptWith(secret).call(startRun, { params: { projectId }, body })).body;
    const status = async () => (await owner.call(getRun, { params: { runId: run.id } })).body.run.status;
    await eventually('it asks', status, 'waiting');
    const [approval] = (await owner.call(listApprovals, { query: { run: run.id } })).body.approvals;
    assert.ok(approval);
    await owner.call(revokeToken, { params: { tokenId: token.id } });
    await owner.call(decideApproval, { params: { approvalId: approval.id }, body: { decision: 'approve', hash: approval.hash } });
    await eventually('it ends', status, 'failed');
  });

  it('is not left behind by an admin who is demoted while creating it', async () => {
    const { owner, admin, organization } = await setUp();
    // The creation waits once the request’s rights were checked.
    const release = await hold(here.databaseUrl, `select pg_advisory_xact_lock(hashtextextended('tokens of ${organization}', 0))`);
    const creating = statusOf(newToken(admin, { owner: 'organization', role: 'admin' }, { organization }).then(() => ({ status: 201 })));
    const waiting = `select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`;
    await eventually('the creation waits', async () => (await query(here.databaseUrl, waiting)).length > 0);
    await owner.call(changeMember, { params: { userId: admin.id }, body: { role: 'member' } });
    await release();
    assert.equal(await creating, 403);
    assert.deepEqual(await tokensOf(owner, organization), []);
  });

  it('can be one of a hundred', async () => {
    const { admin, organization, token } = await setUp();
    const insert = `insert into tokens (id, token_hash, name, user_id, organization_id, scopes, created_by)
      select gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'n', user_id, organization_id, scopes, created_by
      from tokens, generate_series(1, 99) where id = $1`;
    await query(here.databaseUrl, insert, [token.id]);
    await assert.rejects(newToken(admin, { owner: 'organization', role: 'viewer' }, { organization }), { code: 'token_limit_reached' });
    await newToken(admin);
  });
});

describe('creating a token', () => {
  it('asks who you are, and so does revoking one of the organization', async () => {
    const { admin, organization, token } = await setUp();
    const own = await newToken(admin);
    const age = `update sessions set sess = sess || jsonb_build_object('createdAt', $2::text, 'confirmedAt', 0) where user_id = $1`;
    await query(here.databaseUrl, age, [admin.id, new Date(Date.now() - 3_600_000).toISOString()]);
    const createIn = () =>
      statusOf(newToken(admin, { owner: 'organization', role: 'viewer' }, { organization }).then(() => ({ status: 201 })));
    await eventually('the server knows that it was long ago', createIn, 403);
    const asks = { status: 403, code: 'confirm_identity' };
    await assert.rejects(newToken(admin), asks);
    await assert.rejects(admin.call(revokeToken, { params: { tokenId: token.id } }), asks);
    await admin.call(revokeToken, { params: { tokenId: own.token.id } });
    assert.ok((await tokensOf(admin, organization)).some(({ id }) => id === token.id));
  });
});
