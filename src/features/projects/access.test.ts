/** Who has access to a project, and that nothing of it shows elsewhere. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { getAutonomy } from '#features/inbox/overview-contract.ts';
import { getOrganization } from '#features/organizations/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createSchedule, listAllSchedules } from '#features/schedules/contract.ts';
import { createTrigger, listAllTriggers } from '#features/triggers/contract.ts';
import { getUsage } from '#features/usage/contract.ts';
import type { Identity } from '#kernel/http/route.ts';
import { type ProjectRole, projectRole, type Role, role as roles } from '#wire/role.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import {
  addMember,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../test/harness/test-server.ts';
import { getProject, getProjectMembers, listProjects, putProjectMembers, renameProject } from './contract.ts';
import { roleIn } from './server/role.ts';

let here: TestServer;
let there: TestServer;
let owner: Person;
let organizationId: string;
before(async () => {
  here = await startTestServer();
  there = await startTestServer({ databaseUrl: here.databaseUrl });
  owner = await signUp(here, 'Olive Owner');
  organizationId = (await owner.call(getOrganization, {})).body.organization.id;
});
after(() => Promise.all([here.close(), there.close()]));

async function join(role: Role, name = `A ${role}`): Promise<Person> {
  const person = await signUp(here, name);
  await addMember(here, person, organizationId, role);
  await eventually('the server knows the membership', async () =>
    (await person.call(currentUser, {})).body.user.organizations.some(({ id }) => id === organizationId),
  );
  return person;
}
const restrict = (projectId: string, members: { userId: string; role: ProjectRole }[] = [], access: 'listed' | 'organization' = 'listed') =>
  owner.call(putProjectMembers, { params: { projectId }, body: { access, members } });
const statusOf = (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => 200,
    ({ status }: { status: number }) => status,
  );

describe('a role in a project', () => {
  it('is the same for statements and for requests, in all cases', async () => {
    const { id } = await newProject(owner);
    for (const access of ['organization', 'listed'] as const) {
      for (const own of roles.options) {
        for (const listed of [undefined, ...projectRole.options]) {
          const person = await join(own);
          await query(here.databaseUrl, 'update projects set access = $2 where id = $1', [id, access]);
          if (listed)
            await query(here.databaseUrl, 'insert into project_members values ($1, $2, $3, $4)', [id, organizationId, person.id, listed]);
          const [row] = await query<{ role: Role }>(
            here.databaseUrl,
            'select role from project_roles where project_id = $1 and user_id = $2',
            [id, person.id],
          );
          const identity = {
            organizations: [{ id: organizationId, name: '', role: own }],
            projectRoles: new Map(listed ? [[id, listed]] : []),
          } as unknown as Identity;
          const expected = roleIn(identity, { id, organizationId, listedOnly: access === 'listed' });
          assert.equal(row?.role, expected, `${own}, listed as ${listed}, open to ${access}`);
        }
      }
    }
  });

  it('opens a restricted project to listed people, owners and admins', async () => {
    const { id: projectId } = await newProject(owner);
    const [viewer, member, admin] = [await join('viewer'), await join('member'), await join('admin')];
    await restrict(projectId, [{ userId: viewer.id, role: 'member' }]);
    const read = (person: Person, server = here) => statusOf(signedInOn(person, server).call(getProject, { params: { projectId } }));
    for (const server of [here, there]) {
      const all = [member, viewer, admin, owner];
      await eventually('the server knows', () => Promise.all(all.map((person) => read(person, server))), [404, 200, 200, 200]);
    }
    // The role here replaces that of the organization.
    await viewer.call(renameProject, { params: { projectId }, body: { name: 'Renamed by a viewer of the organization' } });
    const { members } = (await viewer.call(getProjectMembers, { params: { projectId } })).body;
    assert.deepEqual(
      members.map(({ userId, role }) => ({ userId, role })),
      [{ userId: viewer.id, role: 'member' }],
    );
    assert.ok(!(await member.call(listProjects, {})).body.projects.some(({ id }) => id === projectId));
    assert.ok((await viewer.call(listProjects, {})).body.projects.some(({ id, role }) => id === projectId && role === 'member'));
    await assert.rejects(viewer.call(putProjectMembers, { params: { projectId }, body: { access: 'organization', members: [] } }), {
      status: 403,
      code: 'role_too_small',
    });
  });

  it('is given to members of the organization only', async () => {
    const { id: projectId } = await newProject(owner);
    const outsider = await signUp(here);
    await assert.rejects(restrict(projectId, [{ userId: outsider.id, role: 'viewer' }]), { status: 422 });
    assert.equal((await owner.call(getProject, { params: { projectId } })).body.project.access, 'organization', 'nothing has changed');
  });

  it('ends with the membership', async () => {
    const { id: projectId } = await newProject(owner);
    const person = await join('member');
    await restrict(projectId, [{ userId: person.id, role: 'member' }]);
    await query(here.databaseUrl, 'delete from members where user_id = $1 and organization_id = $2', [person.id, organizationId]);
    assert.deepEqual((await owner.call(getProjectMembers, { params: { projectId } })).body.members, []);
  });
});

describe('what happens in a restricted project', () => {
  it('shows nowhere else to those who have no access', async () => {
    const { id: projectId } = await newProject(owner, 'Secret plans');
    const params = { projectId };
    const member = await join('member');
    const schedule = { cron: '0 0 1 1 *', timezone: 'UTC', message: 'Go', level: 'supervised', model: 'practice' } as const;
    await owner.call(createSchedule, { params, body: schedule });
    await owner.call(createTrigger, { params, body: { name: 'Deployed', message: 'Go', level: 'supervised', model: 'practice' } });
    const { run } = (await owner.call(startRun, { params, body: { message: 'write a.txt: A', model: 'practice', level: 'supervised' } }))
      .body;
    await eventually('it asks', async () => (await owner.call(getRun, { params: { runId: run.id } })).body.run.status === 'waiting');
    const organization = organizationId;
    const seen = async (person: Person) => {
      const replies = await Promise.all([
        person.call(listProjects, {}),
        person.call(listApprovals, {}),
        person.call(getAutonomy, { query: { organization } }),
        person.call(listAllSchedules, { query: { organization } }),
        person.call(listAllTriggers, { query: { organization } }),
        person.call(getUsage, { query: { organization, by: 'project' } }),
      ]);
      return replies.filter(({ body }) => JSON.stringify(body).includes('Secret plans')).length;
    };
    assert.ok((await seen(member)) >= 5, 'while the project is open');
    assert.equal((await member.call(listApprovals, {})).body.counts.pending, 1);
    await restrict(projectId);
    await eventually('nothing shows', async () => (await seen(member)) === 0);
    assert.equal((await member.call(listApprovals, {})).body.counts.pending, 0);
    assert.equal((await owner.call(listApprovals, {})).body.counts.pending, 1);
  });

  it('ends for a run whose person loses access, before its next model call', async () => {
    const { id: projectId } = await newProject(owner);
    const person = await join('member');
    const { run } = (
      await person.call(startRun, {
        params: { projectId },
        body: { message: 'write a.txt: A', model: 'practice', level: 'supervised' },
      })
    ).body;
    await eventually('it asks', async () => (await owner.call(getRun, { params: { runId: run.id } })).body.run.status === 'waiting');
    await restrict(projectId);
    const { approvals } = (await owner.call(listApprovals, { query: { project: projectId } })).body;
    const [approval] = approvals;
    assert.ok(approval);
    await owner.call(decideApproval, { params: { approvalId: approval.id }, body: { decision: 'approve', hash: approval.hash } });
    const ended = await eventually('it ends', async () => {
      const found = (await owner.call(getRun, { params: { runId: run.id } })).body.run;
      return ['failed', 'done', 'stopped'].includes(found.status) && found;
    });
    assert.equal(ended.status, 'failed');
  });
});
