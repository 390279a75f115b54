/** Tokens that expire or are revoked while a stream is open, and floods of invalid ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { followApprovals, listApprovals } from '#features/inbox/contract.ts';
import { acceptInvitation, createInvitation } from '#features/organizations/invitations-contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createSchedule, runSchedule } from '#features/schedules/contract.ts';
import { createTrigger } from '#features/triggers/contract.ts';
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, newProject, signUp } from '../../../../test/harness/test-server.ts';
import { revokeToken } from '../contract.ts';
import { inSeconds, newToken, type Script, statusOf } from './script.ts';
import { here, isRejected, organizationOf, scriptWith, there } from './setup.ts';

/** Opens a stream. @returns whether it has ended */
async function follow(script: Script): Promise<() => boolean> {
  const response = await script.fetch(followApprovals.path);
  assert.equal(response.status, 200);
  let ended = false;
  void (async () => {
    for await (const _ of response.body ?? []);
    ended = true;
  })();
  return () => ended;
}

describe('an expired token', () => {
  it('is rejected, and its streams close, without anybody’s doing', async () => {
    const person = await signUp(here);
    const { secret } = await newToken(person, { expiresAt: inSeconds(6) });
    const lasting = await newToken(person, { expiresAt: inSeconds(3600) });
    const [ended, goesOn] = [await follow(scriptWith(secret, there)), await follow(scriptWith(lasting.secret, there))];
    await scriptWith(secret).call(currentUser, {});
    await eventually('the stream has ended', ended);
    for (const server of [here, there]) assert.equal(await statusOf(scriptWith(secret, server).call(currentUser, {})), 401);
    assert.equal(goesOn(), false);
  });

  it('is deleted after 30 days', async () => {
    const person = await signUp(here);
    const [old, recent] = [await newToken(person), await newToken(person)];
    const expire = `update tokens set expires_at = now() - make_interval(days => $2) where id = $1`;
    await query(here.databaseUrl, expire, [old.token.id, 31]);
    await query(here.databaseUrl, expire, [recent.token.id, 29]);
    await isRejected(scriptWith(recent.secret));
    await here.features.tokens.cleanUp();
    const left = await query<{ id: string }>(here.databaseUrl, 'select id from tokens where user_id = $1', [person.id]);
    assert.deepEqual(left, [{ id: recent.token.id }]);
  });
});

describe('an expired token of an organization', () => {
  it('leaves nothing that goes on: no run, schedule, webhook or invitation', async () => {
    const owner = await signUp(here);
    const organization = await organizationOf(owner);
    const { id: projectId } = await newProject(owner);
    const wanted = { owner: 'organization', role: 'admin', scopes: ['read', 'run', 'admin'], expiresAt: inSeconds(3600) } as const;
    const { token, secret } = await newToken(owner, { ...wanted, scopes: [...wanted.scopes] }, { organization });
    const script = scriptWith(secret);
    const params = { projectId };
    const { link } = (await script.call(createInvitation, { body: { role: 'admin' } })).body;
    const { schedule } = (
      await script.call(createSchedule, {
        params,
        body: { message: 'list the files', level: 'supervised', cron: '0 3 * * *', timezone: 'UTC' },
      })
    ).body;
    const hook = (await script.call(createTrigger, { params, body: { name: 'Hook', message: 'list the files', level: 'supervised' } }))
      .body;
    const body = { message: 'write a.txt: A', model: 'practice', level: 'supervised' } as const;
    const { run } = (await script.call(startRun, { params, body })).body;
    const approval = await eventually(
      'it asks',
      async () => (await owner.call(listApprovals, { query: { run: run.id } })).body.approvals[0],
    );

    await query(here.databaseUrl, `update tokens set expires_at = now() - interval '1 second' where id = $1`, [token.id]);
    await owner.call(decideApproval, { params: { approvalId: approval.id }, body: { decision: 'approve', hash: approval.hash } });
    await eventually('the run ends', async () => (await owner.call(getRun, { params: { runId: run.id } })).body.run.status, 'failed');
    const runNow = owner.call(runSchedule, { params: { scheduleId: schedule.id } });
    await assert.rejects(runNow, { status: 403, code: 'not_a_member' });
    const message = JSON.stringify({});
    const headers = webhookHeaders([hook.secret ?? ''], { id: 'one', timestamp: Math.floor(Date.now() / 1000) }, message);
    const sent = await fetch(`${there.origin}/api/hooks/${hook.trigger.id}`, { method: 'POST', headers, body: message });
    assert.deepEqual([sent.status, ((await sent.json()) as { code: string }).code], [409, 'not_started']);
    const invitation = new URL(link).searchParams.get('token') ?? '';
    const outsider = await signUp(there);
    await assert.rejects(outsider.call(acceptInvitation, { body: { token: invitation } }), { status: 403, code: 'invitation_invalid' });
  });
});

describe('an open stream', () => {
  it('closes on another server when its token is revoked, and no other does', async () => {
    const person = await signUp(here);
    const [revoked, kept] = [await newToken(person), await newToken(person)];
    const [ended, goesOn] = [await follow(scriptWith(revoked.secret, there)), await follow(scriptWith(kept.secret, there))];
    await person.call(revokeToken, { params: { tokenId: revoked.token.id } });
    await eventually('the stream has ended', ended);
    assert.equal(goesOn(), false);
  });

  it('closes when an operator takes the scope from its token in the table', async () => {
    const { token, secret } = await newToken(await signUp(here));
    const ended = await follow(scriptWith(secret, there));
    await query(here.databaseUrl, `update tokens set scopes = '{write}' where id = $1`, [token.id]);
    await eventually('the stream has ended', ended);
    assert.equal(await statusOf(scriptWith(secret, there).call(currentUser, {})), 403);
  });

  it('closes when its person is removed from an organization', async () => {
    const [owner, person] = [await signUp(here), await signUp(here)];
    await addMember(here, person, await organizationOf(owner), 'member');
    const { secret } = await newToken(person);
    const count = async () => (await scriptWith(secret, there).call(currentUser, {})).body.user.organizations.length;
    await eventually('the server knows both organizations', count, 2);
    const ended = await follow(scriptWith(secret, there));
    await query(here.databaseUrl, `delete from members where user_id = $1 and role = 'member'`, [person.id]);
    await eventually('the stream has ended', ended);
  });
});

describe('a flood of invalid tokens', () => {
  it('from one address causes few lookups, and none for a token that was looked up before', async () => {
    const known = scriptWith((await newToken(await signUp(here))).secret);
    await known.call(currentUser, {});
    const random = () => `guild_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')}`;
    const from = (secret: string, address: string) =>
      fetch(`${here.origin}${currentUser.path}`, { headers: { authorization: `Bearer ${secret}`, 'x-forwarded-for': address } });
    const before = here.features.db.stats().queries;
    const statuses = await Promise.all(Array.from({ length: 500 }, async () => (await from(random(), '192.0.2.1')).status));
    const caused = here.features.db.stats().queries - before;
    assert.equal(statuses.filter((status) => status === 401).length, 60);
    assert.equal(statuses.filter((status) => status === 429).length, 440);
    assert.ok(caused < 200, `${caused} statements`);
    // Others are served meanwhile, at other addresses and at this one.
    await known.call(currentUser, {});
    const again = random();
    assert.equal((await from(again, '192.0.2.2')).status, 401);
    const retried = here.features.db.stats().queries;
    for (let n = 0; n < 200; n++) assert.equal((await from(again, '192.0.2.2')).status, 401);
    const repeated = here.features.db.stats().queries - retried;
    assert.ok(repeated < 100, `${repeated} statements`);
  });
});
