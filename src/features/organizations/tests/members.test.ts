/** What the members of an organization may do to each other, and that it takes effect everywhere at once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { followApprovals } from '#features/inbox/contract.ts';
import {
  changeMember,
  getOrganization,
  leaveOrganization,
  listMembers,
  removeMember,
  transferOwnership,
} from '#features/organizations/contract.ts';
import { createInvitation, listInvitations, lookUpInvitation } from '#features/organizations/invitations-contract.ts';
import { getProject, listProjects } from '#features/projects/contract.ts';
import { followRun, startRun } from '#features/runs/contract.ts';
import { urlOf } from '#wire/call.ts';
import { type Role, role as roles } from '#wire/role.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import {
  addMember,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../../test/harness/test-server.ts';

let testServer: TestServer;
let other: TestServer;
before(async () => {
  testServer = await startTestServer();
  other = await startTestServer({ databaseUrl: testServer.databaseUrl });
});
after(() => Promise.all([testServer.close(), other.close()]));

/** An organization with one person in each role. */
async function team(): Promise<Record<Role, Person> & { organization: string }> {
  const owner = await signUp(testServer, 'Olive Owner');
  const organization = (await owner.call(getOrganization, {})).body.organization.id;
  const others = await Promise.all((['viewer', 'member', 'admin'] as const).map((role) => join(organization, role)));
  const [viewer, member, admin] = others as [Person, Person, Person];
  return { owner, admin, member, viewer, organization };
}

async function join(organization: string, role: Role): Promise<Person> {
  const person = await signUp(testServer, `A ${role}`);
  await addMember(testServer, person, organization, role);
  await eventually('the server knows the membership', async () =>
    (await person.call(currentUser, {})).body.user.organizations.some(({ id }) => id === organization),
  );
  return person;
}

const roleOf = async (organization: string, { id }: Person) =>
  (
    await query<{ role: Role }>(testServer.databaseUrl, 'select role from members where organization_id = $1 and user_id = $2', [
      organization,
      id,
    ])
  )[0]?.role;

describe('the list of members', () => {
  it('shows everybody with role and times, to viewers too', async () => {
    const { viewer, organization } = await team();
    const { members } = (await viewer.call(listMembers, { query: { organization } })).body;
    assert.deepEqual(members.map(({ role }) => role).sort(), [...roles.options].sort());
    for (const member of members) assert.ok(member.lastSeenAt && Date.parse(member.joinedAt) <= Date.now() + 60_000, member.name);
  });

  it('has pages, by name', async () => {
    const { owner, organization } = await team();
    await query(
      testServer.databaseUrl,
      `with people as (
         insert into users (id, name, email, password_hash) select gen_random_uuid(), 'Person ' || n % 7, gen_random_uuid() || '@example.com', '-'
         from generate_series(1, 600) n returning id
       ) insert into members (organization_id, user_id, role) select $1, id, 'viewer' from people`,
      [organization],
    );
    const first = (await owner.call(listMembers, { query: { organization } })).body;
    assert.equal(first.members.length, 500);
    assert.ok(first.nextCursor);
    const second = (await owner.call(listMembers, { query: { organization, cursor: first.nextCursor } })).body;
    assert.equal(second.members.length, 104);
    assert.equal(second.nextCursor, undefined);
    assert.equal(new Set([...first.members, ...second.members].map(({ userId }) => userId)).size, 604);
  });
});

describe('the picture of a member', () => {
  it('is in the list, for everybody in the organization', async () => {
    const { member, viewer, organization } = await team();
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100)]);
    const init = { method: 'PUT', body: png, headers: { 'content-type': 'image/png' } };
    assert.equal((await member.browser.fetch('/api/auth/user/picture', init)).status, 200);
    const { members } = (await viewer.call(listMembers, { query: { organization } })).body;
    const { picture = '' } = members.find(({ userId }) => userId === member.id) ?? {};
    assert.equal((await viewer.browser.fetch(picture)).status, 200);
    assert.equal((await (await signUp(testServer)).browser.fetch(picture)).status, 404);
  });
});

describe('the role of a member', () => {
  it('is changed up to one’s own role, and of those who are not above oneself', async () => {
    const people = await team();
    const { organization, admin, owner } = people;
    for (const role of ['viewer', 'member', 'admin'] as const) {
      await admin.call(changeMember, { query: { organization }, params: { userId: people.viewer.id }, body: { role } });
      assert.equal(await roleOf(organization, people.viewer), role);
    }
    const change = (by: Person, of: Person, role: Role) =>
      by.call(changeMember, { query: { organization }, params: { userId: of.id }, body: { role } });
    await assert.rejects(change(admin, people.member, 'owner'), { status: 403, code: 'role_too_small' });
    await assert.rejects(change(admin, admin, 'owner'), { status: 403, code: 'role_too_small' });
    await assert.rejects(change(admin, owner, 'viewer'), { status: 403, code: 'role_too_small' });
    await change(owner, admin, 'owner');
    assert.equal(await roleOf(organization, admin), 'owner');
    const { entries } = (await owner.call(listAudit, { query: { organization } })).body;
    assert.ok(entries.some(({ action, subject }) => action === 'member.role' && subject?.id === admin.id));
  });

  it('cannot be changed by somebody whose own was taken a moment ago', async () => {
    const { organization, admin, owner, viewer } = await team();
    // The second server has cached the admin, and its notification is on the way.
    const elsewhere = signedInOn(admin, other);
    await elsewhere.call(currentUser, {});
    await query(testServer.databaseUrl, `update members set role = 'member' where organization_id = $1 and user_id = $2`, [
      organization,
      admin.id,
    ]);
    await assert.rejects(
      elsewhere.call(changeMember, { query: { organization }, params: { userId: viewer.id }, body: { role: 'admin' } }),
      {
        status: 403,
      },
    );
    assert.equal(await roleOf(organization, viewer), 'viewer');
    assert.equal(await roleOf(organization, owner), 'owner');
  });

  it('takes the links that somebody may no longer give with it', async () => {
    const { organization, admin, owner } = await team();
    const { link } = (await admin.call(createInvitation, { query: { organization }, body: { role: 'admin' } })).body;
    const token = new URL(link).searchParams.get('token') ?? '';
    await owner.call(changeMember, { query: { organization }, params: { userId: admin.id }, body: { role: 'member' } });
    await assert.rejects(admin.call(lookUpInvitation, { query: { token } }), { status: 403, code: 'invitation_invalid' });
    assert.equal((await owner.call(listInvitations, { query: { organization } })).body.invitations.length, 0);
  });
});

describe('the last owner', () => {
  it('cannot leave, be demoted or be removed', async () => {
    const { owner, organization } = await team();
    const about = { query: { organization }, params: { userId: owner.id } };
    await assert.rejects(owner.call(leaveOrganization, { query: { organization } }), { status: 409, code: 'last_owner' });
    await assert.rejects(owner.call(changeMember, { ...about, body: { role: 'admin' } }), { status: 409, code: 'last_owner' });
    await assert.rejects(owner.call(removeMember, about), { status: 409, code: 'last_owner' });
    assert.equal(await roleOf(organization, owner), 'owner');
  });

  it('remains when two owners leave at once', async () => {
    for (let round = 0; round < 10; round++) {
      const { owner, admin, organization } = await team();
      await owner.call(changeMember, { query: { organization }, params: { userId: admin.id }, body: { role: 'owner' } });
      await eventually(
        'the other owner is known',
        async () => (await signedInOn(admin, other).call(getOrganization, { query: { organization } })).body.organization.role === 'owner',
      );
      const leave = (person: Person) => person.call(leaveOrganization, { query: { organization } });
      const outcomes = await Promise.allSettled([leave(owner), leave(signedInOn(admin, other))]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    }
  });

  it('keeps no way to make owners once the organization is handed over', async () => {
    const { owner, member, organization } = await team();
    const { link } = (await owner.call(createInvitation, { query: { organization }, body: { role: 'owner' } })).body;
    await owner.call(transferOwnership, { query: { organization }, body: { userId: member.id } });
    const token = new URL(link).searchParams.get('token') ?? '';
    await assert.rejects(owner.call(lookUpInvitation, { query: { token } }), { status: 403, code: 'invitation_invalid' });
  });

  it('hands the organization over', async () => {
    const { owner, member, organization } = await team();
    const { body } = await owner.call(transferOwnership, { query: { organization }, body: { userId: member.id } });
    assert.equal(body.organization.role, 'admin');
    assert.deepEqual([await roleOf(organization, owner), await roleOf(organization, member)], ['admin', 'owner']);
    await owner.call(leaveOrganization, { query: { organization } });
    assert.equal(await roleOf(organization, owner), undefined);
  });
});

describe('a removed member', () => {
  it('is out on every server within a second, and keeps their other organizations', async () => {
    const { owner, member, organization } = await team();
    const project = await newProject(owner);
    const elsewhere = signedInOn(member, other);
    await elsewhere.call(getProject, { params: { projectId: project.id } });
    await owner.call(removeMember, { query: { organization }, params: { userId: member.id } });
    await assert.rejects(member.call(getProject, { params: { projectId: project.id } }), { status: 404 });
    await eventually('the other server knows', async () =>
      elsewhere.call(getProject, { params: { projectId: project.id } }).then(
        () => false,
        ({ status }: { status: number }) => status === 404,
      ),
    );
    assert.deepEqual((await elsewhere.call(listProjects, {})).body.projects, []);
    assert.equal((await member.call(currentUser, {})).body.user.organizations.length, 1);
    await assert.rejects(owner.call(removeMember, { query: { organization }, params: { userId: member.id } }), { status: 404 });
  });

  it('loses the streams they read on another server', async () => {
    const { owner, member, organization } = await team();
    const project = await newProject(owner);
    const body = { message: 'tell the time for 60 s, 5 times a second', model: 'practice', level: 'supervised' } as const;
    const { run } = (await owner.call(startRun, { params: { projectId: project.id }, body })).body;
    const streams = [urlOf(followRun, { params: { runId: run.id } }), urlOf(followApprovals, {})];
    const responses = await Promise.all(streams.map((url) => signedInOn(member, other).browser.fetch(url)));
    const readers = responses.map(async (response) => {
      assert.equal(response.status, 200);
      const text = await response.text();
      return { text, endedAt: performance.now() };
    });
    const removedAt = performance.now();
    await owner.call(removeMember, { query: { organization }, params: { userId: member.id } });
    const [ofRun, ofInbox] = await Promise.all(readers);
    for (const read of [ofRun, ofInbox]) assert.ok(read && read.endedAt - removedAt < 10_000);
    assert.match(ofRun?.text ?? '', /retry: 50\n\n$/, 'the browser asks again at once');
    assert.match(ofInbox?.text ?? '', /event: user\ndata: \{\}\n\n/, 'open pages look again at once');
  });

  it('is told at once in open pages, as is somebody whose role changes', async () => {
    const { owner, member, organization } = await team();
    const response = await signedInOn(member, other).browser.fetch(urlOf(followApprovals, {}));
    await owner.call(changeMember, { query: { organization }, params: { userId: member.id }, body: { role: 'viewer' } });
    assert.match(await response.text(), /event: user\n/);
  });
});
