/** Creating, listing, using and revoking tokens. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { createProject, listProjects } from '#features/projects/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, signUp } from '../../../../test/harness/test-server.ts';
import { createToken, listTokens, revokeToken } from '../contract.ts';
import { inSeconds, newToken, statusOf } from './script.ts';
import { here, isRejected, scriptWith, there } from './setup.ts';

describe('a token', () => {
  it('acts as its person on every server, and reads its own writes', async () => {
    const person = await signUp(here);
    const { secret } = await newToken(person, { scopes: ['read', 'write'] });
    assert.match(secret, /^guild_[\w-]{43}$/);
    for (const server of [here, there]) assert.equal((await scriptWith(secret, server).call(currentUser, {})).body.user.id, person.id);
    const script = scriptWith(secret);
    const { project } = (await script.call(createProject, { body: { name: 'Made by a script' } })).body;
    assert.ok((await script.call(listProjects, {})).body.projects.some(({ id }) => id === project.id));
  });

  it('costs an ordinary request no query', async () => {
    const script = scriptWith((await newToken(await signUp(here))).secret);
    const counts: number[] = [];
    for (let n = 0; n < 6; n++) {
      const before = here.features.db.stats().queries;
      await script.call(currentUser, {});
      counts.push(here.features.db.stats().queries - before);
    }
    // Background work may also run queries, so the fewest count.
    assert.equal(Math.min(...counts), 0);
  });

  it('is shown with its secret once, and stored as a hash', async () => {
    const person = await signUp(here);
    const { token, secret } = await newToken(person, { name: 'Backups', scopes: ['read', 'approve'], expiresAt: inSeconds(3600) });
    const { tokens } = (await person.call(listTokens, {})).body;
    assert.deepEqual(tokens, [token]);
    assert.deepEqual([token.name, token.owner, token.scopes, token.projects], ['Backups', 'me', ['read', 'approve'], null]);
    const [row] = await query<{ row: string }>(here.databaseUrl, 'select to_jsonb(t)::text as row from tokens t where id = $1', [token.id]);
    assert.ok(row && !row.row.includes(secret.slice(6)));
  });

  it('says when it was last used, with one write in five minutes', async () => {
    const person = await signUp(here);
    const { token, secret } = await newToken(person);
    assert.equal(token.lastUsedAt, null);
    const lastUsed = async () => (await person.call(listTokens, {})).body.tokens[0]?.lastUsedAt ?? undefined;
    await scriptWith(secret).call(currentUser, {});
    const first = await eventually('its use is recorded', lastUsed);
    await scriptWith(secret, there).call(currentUser, {});
    await scriptWith(secret).call(currentUser, {});
    assert.equal(await lastUsed(), first);
    // As if its last use were six minutes ago; the change of name makes the servers read the row again.
    const age = `update tokens set last_used_at = now() - interval '6 minutes', name = 'Aged' where id = $1`;
    await query(here.databaseUrl, age, [token.id]);
    await eventually('the next use is recorded', async () => {
      await scriptWith(secret).call(currentUser, {});
      return Date.parse((await lastUsed()) ?? '') >= Date.parse(first);
    });
  });

  it('is rejected with a reason when it is unknown, and is neither a session nor another bearer', async () => {
    const person = await signUp(here);
    const unknown = `Bearer guild_${'a'.repeat(43)}`;
    for (const authorization of [unknown, 'Bearer guild_', 'bearer guild_short', `Bearer guild_${'a'.repeat(44)}`]) {
      // Its cookies do not help.
      const response = await person.browser.fetch(currentUser.path, { headers: { authorization } });
      assert.equal(response.status, 401, authorization);
      assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
      assert.match(((await response.json()) as { detail: string }).detail, /^This token is unknown, expired or revoked\./);
    }
    for (const authorization of ['Bearer something-else', 'Basic Z3VpbGRfOng='])
      assert.equal((await person.browser.fetch(currentUser.path, { headers: { authorization } })).status, 200, authorization);
  });

  it('gives a page of another site no way to use a person’s cookies', async () => {
    const [person, attacker] = [await signUp(here, 'Ada'), await signUp(here, 'Mallory')];
    const { secret } = await newToken(attacker, { scopes: ['read', 'write'] });
    const plant = (headers: Record<string, string>) =>
      person.browser.fetch(createProject.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}`, ...headers },
        body: JSON.stringify({ name: 'Planted' }),
      });
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://elsewhere.example' }])
      assert.equal((await plant(headers as never)).status, 403);
    assert.equal((await plant({})).status, 201);
    const named = async (of: typeof person) => (await of.call(listProjects, {})).body.projects.map(({ name }) => name);
    assert.deepEqual([await named(person), await named(attacker)], [[], ['Planted']]);
  });

  it('is named by the log entries of what it did', async () => {
    const owner = await signUp(here);
    const { token, secret } = await newToken(owner, { name: 'Deployments', scopes: ['write'] });
    await scriptWith(secret).call(createProject, { body: { name: 'By script' } });
    await newProject(owner, 'By hand');
    await owner.call(revokeToken, { params: { tokenId: token.id } });
    const { entries } = (await owner.call(listAudit, { query: {} })).body;
    const details = (action: string) => entries.filter((entry) => entry.action === action).map(({ detail }) => detail?.['token']);
    assert.deepEqual(details('project.create'), [undefined, 'Deployments']);
    const about = entries.filter(({ subject }) => subject?.id === token.id).map(({ action }) => action);
    assert.deepEqual(about, ['token.revoke', 'token.create']);
    assert.ok(!JSON.stringify(entries).includes(secret.slice(6)));
    await assert.rejects(scriptWith(secret).call(createProject, { body: { name: 'x' } }), { status: 401 });
  });
});

describe('POST /api/tokens', () => {
  it('rejects what makes no sense, and names each problem', async () => {
    const person = await signUp(here);
    const outsider = await newProject(await signUp(here));
    const cases: [object, string][] = [
      [{ expiresAt: inSeconds(-1) }, 'expiresAt'],
      [{ role: 'viewer' }, 'role'],
      [{ owner: 'organization' }, 'role'],
      [{ owner: 'organization', role: 'owner' }, 'role'],
      [{ projects: [outsider.id] }, 'projects.0'],
      [{ projects: [outsider.id], owner: 'organization', role: 'admin' }, 'projects.0'],
      [{ scopes: [] }, 'scopes'],
      [{ scopes: ['read', 'read'] }, 'scopes'],
    ];
    for (const [wrong, path] of cases) {
      const problem = await newToken(person, wrong).then(
        () => undefined,
        (error: { status: number; problem: { errors?: { path: string }[] } }) => error,
      );
      assert.deepEqual([problem?.status, problem?.problem.errors?.map((error) => error.path)], [422, [path]], JSON.stringify(wrong));
    }
    assert.deepEqual(await query(here.databaseUrl, 'select from tokens where created_by = $1', [person.id]), []);
  });

  it('creates 100 live ones of a person at most, however many ask at once', async () => {
    const person = await signUp(here);
    const { token } = await newToken(person);
    const insert = `insert into tokens (id, token_hash, name, user_id, scopes, created_by, expires_at)
      select gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'n', user_id, scopes, created_by, $2
      from tokens, generate_series(1, $3) where id = $1`;
    await query(here.databaseUrl, insert, [token.id, inSeconds(-60), 5]);
    await query(here.databaseUrl, insert, [token.id, null, 94]);
    const statuses = await Promise.all(
      Array.from({ length: 12 }, () => statusOf(person.call(createToken, { body: { name: 'n', scopes: ['read'] } }))),
    );
    assert.deepEqual(statuses.toSorted(), [...Array(5).fill(201), ...Array(7).fill(409)]);
    await assert.rejects(newToken(person), { status: 409, code: 'token_limit_reached' });
    await person.call(revokeToken, { params: { tokenId: token.id } });
    await newToken(person);
  });
});

describe('DELETE /api/tokens/:tokenId', () => {
  it('revokes a token on every server', async () => {
    const person = await signUp(here);
    const { token, secret } = await newToken(person);
    for (const server of [here, there]) await scriptWith(secret, server).call(currentUser, {});
    await person.call(revokeToken, { params: { tokenId: token.id } });
    assert.equal(await statusOf(scriptWith(secret).call(currentUser, {})), 401, 'here at once');
    await isRejected(scriptWith(secret, there));
    assert.deepEqual((await person.call(listTokens, {})).body.tokens, []);
  });

  it('finds no token of anybody else', async () => {
    const { token, secret } = await newToken(await signUp(here));
    await assert.rejects((await signUp(here)).call(revokeToken, { params: { tokenId: token.id } }), { status: 404 });
    await scriptWith(secret).call(currentUser, {});
  });

  it('is done once when two ask at the same time', async () => {
    const person = await signUp(here);
    const { token } = await newToken(person);
    const revoke = () => statusOf(person.call(revokeToken, { params: { tokenId: token.id } }));
    assert.deepEqual((await Promise.all([revoke(), revoke()])).toSorted(), [204, 404]);
  });
});

describe('a token of somebody whose rights change', () => {
  it('has their present rights on every server', async () => {
    const person = await signUp(here);
    const script = scriptWith((await newToken(person, { scopes: ['read', 'write'] })).secret, there);
    await script.call(createProject, { body: { name: 'As an owner' } });
    await query(here.databaseUrl, `update members set role = 'viewer' where user_id = $1`, [person.id]);
    const create = () => statusOf(script.call(createProject, { body: { name: 'As a viewer' } }));
    await eventually('it may no longer write', create, 403);
  });

  it('goes with its person', async () => {
    const person = await signUp(here);
    const script = scriptWith((await newToken(person)).secret, there);
    await script.call(currentUser, {});
    await query(here.databaseUrl, 'delete from users where id = $1', [person.id]);
    await isRejected(script);
  });
});
