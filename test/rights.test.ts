/**
 * Walks the table of rights: every endpoint, for each role in the organization and each access to a project, lets through exactly whom the
 * table says. An unknown query parameter is rejected after the right is checked, so a 422 means that the request would have been handled,
 * and nothing changes.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { putProjectMembers } from '#features/projects/contract.ts';
import type { Route } from '#kernel/http/route.ts';
import { urlOf } from '#wire/call.ts';
import { type RightName, rights } from '#wire/rights.ts';
import { atLeast, type ProjectRole, projectRole, type Role, role as roles } from '#wire/role.ts';
import { eventually } from './harness/eventually.ts';
import { type Fixture, METRICS_TOKEN, seed } from './harness/fixture.ts';
import { sampleOf } from './harness/samples.ts';
import { send } from './harness/send.ts';
import { addMember, type Person, signUp, startTestServer } from './harness/test-server.ts';

const testServer = await startTestServer({ env: { METRICS_TOKEN } });
after(() => testServer.close());
/** Routes that require a right, and reject unknown parameters. */
const routes = testServer.features.routes.filter(({ access, contract }) => access.right !== undefined && !contract.anyQuery);

interface Case {
  role: Role;
  /** The role in the project, if the person is listed. */
  listed: ProjectRole | undefined;
  person: Person;
}

let fixture: Fixture;
const cases: Case[] = [];
before(async () => {
  fixture = await seed(testServer);
  for (const role of roles.options) {
    for (const listed of [undefined, ...projectRole.options]) {
      const person = await signUp(testServer, `${role} listed as ${listed}`);
      await addMember(testServer, person, fixture.organizationId, role);
      cases.push({ role, listed, person });
    }
  }
  for (const { person } of cases)
    await eventually('the server knows the membership', async () =>
      (await person.call(currentUser, {})).body.user.organizations.some(({ id }) => id === fixture.organizationId),
    );
});

async function restrict(access: 'organization' | 'listed'): Promise<void> {
  const members = cases.flatMap(({ listed, person }) => (listed ? [{ userId: person.id, role: listed }] : []));
  await fixture.owner.call(putProjectMembers, { params: { projectId: fixture.projectId }, body: { access, members } });
}

/** The role that counts for a route, by the rules in words: undefined without access. */
function roleFor({ access }: Route, { role, listed }: Case, project: 'organization' | 'listed'): Role | undefined {
  if (access.of !== 'project' || atLeast(role, 'admin')) return role;
  return listed ?? (project === 'listed' ? undefined : role);
}

/** Work of others may be changed by admins only, whatever the right says. */
const isOfOthers = ({ access }: Route, role: Role) =>
  (access.through === 'schedule' || access.through === 'trigger') && access.role !== 'viewer' && !atLeast(role, 'admin');

function expectedOf(route: Route, one: Case, project: 'organization' | 'listed'): string {
  const role = roleFor(route, one, project);
  if (!role) return '404 not_found';
  // The organization is in the body, so its right is checked when the project is created.
  if (route.contract.name === 'createProject') return '422 invalid_input';
  if (!atLeast(role, route.access.role as Role)) return '403 role_too_small';
  return isOfOthers(route, role) ? '403 not_yours' : '422 invalid_input';
}

async function outcomeOf({ contract }: Route, person: Person): Promise<string> {
  const sample = sampleOf(contract, fixture);
  // Without a name, the request would be about the person's own organization.
  const headers = { ...sample.headers, 'guildhall-organization': fixture.organizationId };
  const url = urlOf(contract, { ...sample, query: { ...sample.query, unknown_parameter: '1' } } as never);
  const response = await send(person.browser, contract, { ...sample, headers }, { url });
  const { code } = (await response.json()) as { code: string };
  return `${response.status} ${code}`;
}

describe('the table of rights', () => {
  it('is used as a whole: each right by an endpoint', () => {
    // One endpoint for own tokens and those of the organization: the request says which, and the right follows.
    const byRequest: RightName[] = ['tokens.read', 'tokens.manage'];
    const used = new Set([...testServer.features.routes.map(({ access }) => access.right), ...byRequest]);
    assert.deepEqual(
      (Object.keys(rights) as RightName[]).filter((name) => !used.has(name)),
      [],
    );
  });

  it('says for every endpoint with a body or an effect who may use it', () => {
    for (const { contract, access } of testServer.features.routes)
      if (access.right === undefined) assert.ok(['anyone', 'bearer'].includes(access.role), contract.name);
    assert.ok(routes.length > 100, `only ${routes.length} endpoints are walked`);
  });

  for (const project of ['organization', 'listed'] as const) {
    it(`holds for each role, with the project open to ${project === 'listed' ? 'listed people' : 'the organization'}`, async () => {
      await restrict(project);
      let asked = 0;
      for (const route of routes.filter(({ access }) => access.of !== undefined)) {
        const outcomes = await Promise.all(cases.map(({ person }) => outcomeOf(route, person)));
        const expected = cases.map((one) => expectedOf(route, one, project));
        assert.deepEqual(outcomes, expected, `${route.contract.name}: ${cases.map(({ role, listed }) => `${role}/${listed}`)}`);
        asked += outcomes.length;
      }
      assert.ok(asked > 1000, `${asked} requests`);
    });
  }
});
