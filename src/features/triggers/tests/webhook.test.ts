import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { getRun } from '#features/runs/contract.ts';
import { switchAutonomy } from '#features/runs/switch-contract.ts';
import { changeTrigger, deleteTrigger, MAX_WEBHOOK_BYTES } from '#features/triggers/contract.ts';
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import { query } from '../../../../test/harness/database.ts';
import { setRole } from '../../../../test/harness/roles.ts';
import { newProject, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { newTrigger, sendWebhook } from '../../../../test/harness/webhooks.ts';
import { ada, countRuns, historyOf, hook, now, organizationId, projectId, refused, started, testServer } from './webhook-setup.ts';

describe('POST /api/hooks/:triggerId', () => {
  it('starts a run on behalf of the trigger’s owner, and says which run', async () => {
    const own = await newTrigger(ada, projectId, { name: 'A webhook', budget: { steps: 3 }, level: 'off' });
    const runId = await started(await sendWebhook(testServer, own, { id: 'msg_1', body: '{"event":"pushed"}' }));
    const { run, events } = (await ada.call(getRun, { params: { runId } })).body;
    assert.deepEqual([run.level, run.budget, run.startedBy.id], ['off', { steps: 3 }, ada.id]);
    assert.deepEqual(run.origin, { kind: 'trigger', id: own.trigger.id, name: 'A webhook' });
    const [message] = events;
    assert.ok(message?.type === 'message');
    assert.equal(message.data.text, 'Say what was deployed.');
    assert.deepEqual(message.data.payload, { source: 'the trigger “A webhook”', text: '{"event":"pushed"}' });
    const [occurrence] = await historyOf(own);
    assert.deepEqual([occurrence?.outcome, occurrence?.messageId, occurrence?.bytes, occurrence?.run?.id], ['started', 'msg_1', 18, runId]);
  });

  it('takes text of any kind, and bytes that are no text', async () => {
    const textOf = async (body: string | Uint8Array<ArrayBuffer>) => {
      const runId = await started(await sendWebhook(testServer, hook, { body, headers: { 'content-type': 'text/plain' } }));
      const [message] = (await ada.call(getRun, { params: { runId } })).body.events;
      return message?.type === 'message' ? message.data.payload?.text : undefined;
    };
    assert.equal(await textOf('not JSON, ünd 💩'), 'not JSON, ünd 💩');
    assert.equal(await textOf(''), '');
    assert.equal(await textOf(Buffer.from([0x61, 0xff, 0x00, 0x62])), 'a\ufffd\ufffdb');
    assert.equal((await textOf('x'.repeat(MAX_WEBHOOK_BYTES)))?.length, MAX_WEBHOOK_BYTES);
  });

  it('refuses more than 256 KB, told or in chunks, and what is compressed', async () => {
    const large = 'x'.repeat(MAX_WEBHOOK_BYTES + 1);
    const refusal = await refused(await sendWebhook(testServer, hook, { body: large }), 413, 'too_large');
    assert.match(refusal.detail, /256 KB/);
    const stream = new ReadableStream({ start: (controller) => [controller.enqueue(Buffer.from(large)), controller.close()] });
    const headers = webhookHeaders([hook.secret], { id: 'x', timestamp: now() }, large);
    const init = { method: 'POST', headers, body: stream, duplex: 'half' as const };
    await refused(await fetch(`${testServer.origin}/api/hooks/${hook.trigger.id}`, init), 413, 'too_large');
    const body = gzipSync('{}');
    await refused(await sendWebhook(testServer, hook, { body, headers: { 'content-encoding': 'gzip' } }), 415, 'unsupported_media_type');
  });

  describe('a message', () => {
    it('starts one run: sent again, it is refused and told which', async () => {
      const own = await newTrigger(ada, projectId);
      const id = randomUUID();
      const runId = await started(await sendWebhook(testServer, own, { id, body: 'first' }));
      // A different time and body do not make it a new message.
      const refusal = await refused(await sendWebhook(testServer, own, { id, body: 'second', timestamp: now() + 1 }), 409, 'replayed');
      assert.equal(refusal['runId'], runId);
      await started(await sendWebhook(testServer, await newTrigger(ada, projectId), { id }));
      assert.equal((await historyOf(own)).filter(({ outcome }) => outcome === 'started').length, 1);
    });

    it('starts one run on two servers, however often it comes at the same time', async () => {
      const second = await startTestServer({ databaseUrl: testServer.databaseUrl });
      try {
        const own = await newTrigger(ada, projectId);
        const before = await countRuns();
        const message = { id: randomUUID(), timestamp: now() };
        const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => sendWebhook(n % 2 ? testServer : second, own, message)));
        const statuses = answers.map(({ status }) => status).sort();
        assert.deepEqual(statuses, [202, ...Array.from({ length: 19 }, () => 409)]);
        assert.equal(await countRuns(), before + 1);
      } finally {
        await second.close();
      }
    });

    it('that was refused may come again, and starts its run then', async () => {
      const own = await newTrigger(ada, projectId);
      const pause = (paused: boolean) => ada.call(changeTrigger, { params: { triggerId: own.trigger.id }, body: { paused } });
      await pause(true);
      await refused(await sendWebhook(testServer, own, { id: 'again' }), 409, 'paused');
      await pause(false);
      await started(await sendWebhook(testServer, own, { id: 'again' }));
      assert.deepEqual(
        (await historyOf(own)).map(({ outcome, code }) => [outcome, code]),
        [
          ['started', null],
          ['refused', 'paused'],
        ],
      );
    });
  });

  it('is for no deleted trigger', async () => {
    const own = await newTrigger(ada, projectId);
    await ada.call(deleteTrigger, { params: { triggerId: own.trigger.id } });
    await refused(await sendWebhook(testServer, own), 401, 'invalid_signature');
  });

  it('says what holds a run back: autonomy is off, the person’s role is too small, the person has left', async () => {
    const grace = await signUp(testServer, 'Grace Hopper');
    const { id, organizationId: hers } = await newProject(grace);
    const own = await newTrigger(grace, id, { level: 'autonomous' });
    const turn = (on: boolean) =>
      grace.call(switchAutonomy, { query: { organization: hers }, body: on ? { on, confirm: 'Grace Hopper' } : { on } });
    await turn(false);
    const held = await refused(await sendWebhook(testServer, own), 409, 'not_started');
    assert.equal(held['reason'], 'autonomy_off');
    // The name is shown in the trigger's history, but not to the sender.
    assert.doesNotMatch(JSON.stringify(held), /Grace/);
    await query(testServer.databaseUrl, 'update autonomy_switches set off_at = null where organization_id = $1', [hers]);
    await setRole(testServer, grace, 'member');
    const refusal = await refused(await sendWebhook(testServer, own), 409, 'not_started');
    assert.equal(refusal['reason'], 'level_not_allowed');
    await query(testServer.databaseUrl, 'delete from members where user_id = $1', [grace.id]);
    assert.equal((await refused(await sendWebhook(testServer, own), 409, 'not_started'))['reason'], 'not_a_member');
    const codes = await query<{ code: string }>(
      testServer.databaseUrl,
      'select code from trigger_occurrences where trigger_id = $1 order by id',
      [own.trigger.id],
    );
    assert.deepEqual(
      codes.map(({ code }) => code),
      ['autonomy_off', 'level_not_allowed', 'not_a_member'],
    );
  });

  it('is recorded in the audit log, once an hour where it is refused for the same reason', async () => {
    const own = await newTrigger(ada, projectId);
    const runId = await started(await sendWebhook(testServer, own, { id: 'audited' }));
    for (let count = 0; count < 3; count++) await sendWebhook(testServer, own, { id: 'audited' });
    const entries = await query<{ action: string; run_id: string | null; user_name: string; address: string; detail: { code?: string } }>(
      testServer.databaseUrl,
      `select action, run_id, user_name, address, detail from audit_entries where organization_id = $1 and subject ->> 'id' = $2 order by id`,
      [organizationId, own.trigger.id],
    );
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['trigger.create', 'trigger.fire', 'trigger.refuse'],
    );
    assert.deepEqual([entries[1]?.run_id, entries[1]?.user_name, entries[1]?.address], [runId, 'A signed request', '127.0.0.1']);
    assert.equal(entries[2]?.detail.code, 'replayed');
    assert.equal((await historyOf(own))[0]?.times, 3);
  });
});
