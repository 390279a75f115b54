/** Walks all routes with a token of each single scope, and with tokens limited to projects: the table of rights decides, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser, logout } from '#features/accounts/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import type { Route } from '#kernel/http/route.ts';
import { isOpenToLimitedTokens, type RightName, rights, type Scope, scopes } from '#wire/rights.ts';
import { fingerprint } from '../../../../test/harness/fingerprint.ts';
import { type Fixture, seed } from '../../../../test/harness/fixture.ts';
import { readProblem } from '../../../../test/harness/problem.ts';
import { makeOperator } from '../../../../test/harness/roles.ts';
import { sampleOf } from '../../../../test/harness/samples.ts';
import { readAnswer, send } from '../../../../test/harness/send.ts';
import { newProject, startTestServer } from '../../../../test/harness/test-server.ts';
import { newToken, type Script, scriptWith } from './script.ts';

// Started here rather than in `before`, because the tests are generated from its list of routes.
const testServer = await startTestServer();
after(() => testServer.close());

type Guarded = Route & { access: { right: RightName } };
const guarded = testServer.features.routes.filter((route): route is Guarded => route.access.right !== undefined);

/** Operators may do everything there is. */
async function seedOperator(): Promise<Fixture> {
  const fixture = await seed(testServer);
  await makeOperator(testServer, fixture.owner);
  return fixture;
}

let shared: Fixture;
const byScope = new Map<Scope, Script>();
/** Limited to the fixture’s project, or to another one; with all scopes. */
let limited: Script;
let elsewhere: Script;
let otherProjectId: string;
before(async () => {
  shared = await seedOperator();
  const { owner } = shared;
  for (const scope of scopes) byScope.set(scope, scriptWith((await newToken(owner, { scopes: [scope] })).secret, testServer));
  otherProjectId = (await newProject(owner, 'Another project')).id;
  const limitedTo = async (id: string) => scriptWith((await newToken(owner, { scopes: [...scopes], projects: [id] })).secret, testServer);
  limited = await limitedTo(shared.projectId);
  elsewhere = await limitedTo(otherProjectId);
});

async function isRejected(script: Script, { contract }: Route, status: number, code: string): Promise<void> {
  const before = await fingerprint(testServer.databaseUrl);
  const refusal = await readProblem(await send(script, contract, sampleOf(contract, shared)), contract.name, status);
  assert.equal(refusal.code, code);
  assert.deepEqual(changesOf(before, await fingerprint(testServer.databaseUrl)), [], 'nothing has changed');
}

/** Refused access is recorded, and the use of a token. */
function changesOf(before: object, after: object): string[] {
  const [a, b] = [before, after] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(b).filter(
    (table) => !['audit_entries', 'tokens'].includes(table) && JSON.stringify(a[table]) !== JSON.stringify(b[table]),
  );
}

async function isAnswered(script: Script, { contract }: Route, fixture: Fixture): Promise<void> {
  const response = await send(script, contract, sampleOf(contract, fixture));
  const text = await readAnswer(contract, response);
  assert.ok(response.status in contract.replies, `${contract.name}: ${response.status} ${text}`);
}

for (const route of guarded) {
  const { contract, access } = route;
  const { scope: needed, of } = rights[access.right];
  describe(`${contract.method} ${contract.path} with a token`, () => {
    for (const scope of scopes) {
      if (scope === needed) continue;
      it(`is refused with the scope ${scope}`, () =>
        isRejected(byScope.get(scope) as Script, route, 403, needed === null ? 'token_not_allowed' : 'scope_too_small'));
    }
    if (needed === null) {
      it('is refused for a token of a project', () => isRejected(limited, route, 403, 'token_not_allowed'));
      return;
    }
    it(`is answered with the scope ${needed}`, async () => {
      const own = contract.method === 'GET' ? shared : await seedOperator();
      const script =
        own === shared ? byScope.get(needed) : scriptWith((await newToken(own.owner, { scopes: [needed] })).secret, testServer);
      await isAnswered(script as Script, route, own);
    });
    if (of === 'project') {
      it('is answered for a token of this project, and finds nothing with one of another', async () => {
        if (contract.method === 'GET') await isAnswered(limited, route, shared);
        await isRejected(elsewhere, route, 404, 'not_found');
      });
    } else if (!isOpenToLimitedTokens(access.right)) {
      it('is refused for a token of a project', () => isRejected(limited, route, 403, 'scope_too_small'));
    } else {
      it('is answered for a token of a project', () => isAnswered(limited, route, shared));
    }
  });
}

describe('a token limited to projects', () => {
  it('lists only these', async () => {
    const idsOf = async (script: Script) => (await script.call(listProjects, {})).body.projects.map(({ id }) => id);
    assert.deepEqual([await idsOf(limited), await idsOf(elsewhere)], [[shared.projectId], [otherProjectId]]);
    assert.equal((await idsOf(byScope.get('read') as Script)).length, 2);
  });
});

describe('signing out', () => {
  it('is nothing that a token can do', async () => {
    await assert.rejects(limited.call(logout, {}), { status: 403, code: 'token_not_allowed' });
    await shared.owner.call(currentUser, {});
  });
});
