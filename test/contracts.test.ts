/** Walks the list of all contracts: checks apply to every endpoint, including future ones. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import * as z from 'zod';
import { urlOf } from '#wire/call.ts';
import { type Role, role as roles } from '#wire/role.ts';
import { isPromised, startContractWalk } from './harness/contract-walk.ts';
import { query } from './harness/database.ts';
import type { Fixture } from './harness/fixture.ts';
import { readProblem } from './harness/problem.ts';
import { sampleOf, samples } from './harness/samples.ts';
import { readAnswer, send } from './harness/send.ts';
import { createBrowser, signUp } from './harness/test-server.ts';

const { testServer, routes, shared, seedFor, changingNothing } = await startContractWalk();
after(() => testServer.close());
const paths = [...new Set(routes.map(({ contract }) => contract.path))];

/**
 * People's file changes are in the project’s history; signing up, founding and joining are in the log of the other organization. The
 * samples of the others change nothing that others see.
 */
const notAudited = new Set([
  ...['saveFile', 'deleteFile', 'moveFile', 'arrangeFiles', 'revertChange', 'restoreFiles', 'createFolder'],
  ...['importFiles', 'previewReplacement', 'replaceInFiles', 'reportPresence', 'signup'],
  ...['testModelProvider', 'testToolServer', 'testNotification', 'stopRun', 'restoreAgent'],
  ...['createOrganization', 'acceptInvitation', 'switchOrganization'],
  ...['forgotPassword', 'changeEmail', 'confirmRestore', 'runDoctor', 'probeBody'],
]);

/** Change nothing that anyone keeps. */
const readsByPost = new Set(['reportPresence', 'previewReplacement']);

/** Depends on whose tokens the request concerns. */
const neededForSample: Record<string, Role> = { listTokens: 'admin', createToken: 'admin' };

async function countEntries({ organizationId }: Fixture): Promise<number> {
  const count = `select count(*)::int as count from audit_entries where organization_id = $1
    or organization_id = (select id from organizations order by created_at, id limit 1)`;
  return (await query<{ count: number }>(testServer.databaseUrl, count, [organizationId]))[0]?.count ?? 0;
}

describe('the list of contracts', () => {
  it('has exactly one sample for each', () => {
    assert.deepEqual(Object.keys(samples).sort(), routes.map(({ contract }) => contract.name).sort());
  });

  it('says who may use each', () => {
    const byAccess = Object.groupBy(routes, ({ access }) => access.of ?? access.role);
    const counts = Object.fromEntries(Object.entries(byAccess).map(([who, those]) => [who, those.length]));
    assert.deepEqual(counts, { anyone: 10, bearer: 5, 'signed in': 25, operator: 11, organization: 52, project: 62 });
  });

  it('lets a viewer read everything in a project, and change nothing', () => {
    const ofProjects = routes.filter(({ access }) => access.of === 'project');
    assert.equal(ofProjects.length, 62);
    for (const { contract, access } of ofProjects)
      assert.equal(access.role === 'viewer', contract.method === 'GET' || readsByPost.has(contract.name), contract.name);
  });

  it('has each name and address once', () => {
    assert.equal(new Set(routes.map(({ contract }) => contract.name)).size, routes.length);
    assert.equal(new Set(routes.map(({ contract }) => `${contract.method} ${contract.path}`)).size, routes.length);
  });
});

for (const { contract, access } of routes) {
  describe(`${contract.method} ${contract.path}`, () => {
    const inOrganization =
      (contract.body instanceof z.ZodObject && 'organizationId' in contract.body.shape) || 'organization' in (contract.query?.shape ?? {});
    const needed = access.of ? access.role : inOrganization ? (neededForSample[contract.name] ?? 'member') : undefined;
    const changes = contract.method !== 'GET';
    const ofOperator = access.role === 'operator';
    /** The sender does not matter: only the secret counts. */
    const bySecret = access.credential === 'webhookSignature';
    /** A person who may do this. */
    const who = ofOperator ? 'operator' : 'owner';
    let fixture: Fixture;
    before(async () => {
      fixture = await shared(who);
    });

    it(`answers its sample as promised${needed ? `, to the role ${needed}` : ''}`, async () => {
      const own = changes ? await seedFor(needed ?? who) : await shared(needed ?? who);
      const requestId = `test-${contract.name}`;
      const sample = sampleOf(contract, own);
      // Other systems add their own parameters.
      const url = urlOf(contract, (contract.anyQuery ? { ...sample, query: { ...sample.query, source: 'theirs' } } : sample) as never);
      const recorded = await countEntries(own);
      const response = await send(own.owner.browser, contract, sample, { url, headers: { 'x-request-id': requestId } });
      const text = await readAnswer(contract, response);
      assert.ok(isPromised(contract, response.status), `${response.status} ${text}`);
      assert.equal(response.headers.get('x-request-id'), requestId);
      const kept = contract.revalidated ? 'private, no-cache' : 'no-store';
      assert.equal(response.headers.get('cache-control'), kept, 'what is private stays on no disk');
      const leavesEntry = (contract.method !== 'GET' && !notAudited.has(contract.name)) || contract.name.startsWith('export');
      if (leavesEntry) assert.ok((await countEntries(own)) > recorded, 'the audit log tells of it');
    });

    if (access.role !== 'anyone') {
      it('rejects callers who are not signed in with 401', () =>
        changingNothing(async () => {
          const { authorization, 'webhook-signature': _, ...headers } = sampleOf(contract, fixture).headers ?? {};
          const sample = { ...sampleOf(contract, fixture), headers };
          await readProblem(await send(createBrowser(testServer.origin), contract, sample), 'nobody', 401);
          const outsider = createBrowser(testServer.origin);
          outsider.cookies.set('guildhall.sid', `s%3A${'a'.repeat(32)}.${'b'.repeat(43)}`);
          await readProblem(await send(outsider, contract, sample), 'a forged cookie', 401);
        }));
    }

    if (ofOperator) {
      it('rejects everyone else with 403, whether the resource exists or not', async () => {
        const outsider = await shared('outsider');
        await changingNothing(async () => {
          for (const sample of [sampleOf(contract, outsider), sampleOf(contract, { ...outsider, reportId: randomUUID() })]) {
            const refusal = await readProblem(await send(outsider.owner.browser, contract, sample), 'an outsider', 403);
            assert.equal(refusal.code, 'operator_only');
          }
        });
      });
    } else if (!bySecret && (contract.params || inOrganization)) {
      it('gives outsiders the same 404 as for things that do not exist', async () => {
        const outsider = await shared('outsider');
        const sample = sampleOf(contract, fixture);
        const nowhere = sampleOf(contract, {
          ...fixture,
          projectId: randomUUID(),
          runId: randomUUID(),
          changeId: randomUUID(),
          pointId: randomUUID(),
          waitingRunId: randomUUID(),
          approvalId: randomUUID(),
          failedRunId: randomUUID(),
          providerId: randomUUID(),
          toolServerId: randomUUID(),
          scheduleId: randomUUID(),
          triggerId: randomUUID(),
          sessionId: randomUUID(),
          tokenId: randomUUID(),
          organizationId: randomUUID(),
        });
        await changingNothing(async () => {
          const foreign = await readProblem(await send(outsider.owner.browser, contract, sample), 'an outsider', 404);
          const missing = await readProblem(await send(outsider.owner.browser, contract, nowhere), 'nothing there', 404);
          assert.deepEqual({ ...foreign, requestId: '' }, { ...missing, requestId: '' });
          // Not even the kind of input error reveals that something exists.
          if (contract.body && contract.params)
            await readProblem(await send(outsider.owner.browser, contract, { ...sample, body: '{' }), 'an outsider’s bad input', 404);
        });
      });
    }

    for (const role of needed ? roles.options.slice(0, roles.options.indexOf(needed)) : []) {
      it(`rejects a ${role} with 403`, async () => {
        const own = await shared(role);
        await changingNothing(async () => {
          const refusal = await readProblem(await send(own.owner.browser, contract, sampleOf(contract, own)), role, 403);
          assert.equal(refusal.code, 'role_too_small');
        });
      });
    }
  });
}

for (const path of paths) {
  const allowed = routes.flatMap(({ contract }) => (contract.path === path ? [contract.method as string] : []));
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].filter((method) => !allowed.includes(method));

  it(`${path} names the methods it answers when asked with another`, async () => {
    const { browser } = await signUp(testServer);
    await changingNothing(async () => {
      for (const method of others) {
        const response = await browser.fetch(path.replace(/:\w+/g, randomUUID()), { method });
        assert.deepEqual(response.headers.get('allow')?.split(', ').sort(), allowedWithHead(allowed), method);
        assert.equal((await readProblem(response, method, 405)).code, 'method_not_allowed');
      }
    });
  });
}

function allowedWithHead(allowed: string[]): string[] {
  return (allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed).toSorted();
}
