import assert from 'node:assert/strict';
import crypto, { randomUUID } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, it } from 'node:test';
import { changeTrigger, getTrigger, renewSecret } from '#features/triggers/contract.ts';
import { createWebhookSecret, webhookHeaders } from '#kernel/webhook-signature.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newTrigger, sendWebhook } from '../../../../test/harness/webhooks.ts';
import { ada, countRuns, historyOf, hook, now, projectId, refused, started, testServer } from './webhook-setup.ts';

describe('POST /api/hooks/:triggerId', () => {
  describe('a signature', () => {
    it('of another secret, another body, another id, another time or another trigger is refused, and starts nothing', async () => {
      const other = await newTrigger(ada, projectId);
      const before = await countRuns();
      const stamp = { id: 'msg_other', timestamp: now() };
      const body = '{"event":"deployed"}';
      const good = webhookHeaders([hook.secret], stamp, body);
      const sent: [Record<string, string>, string][] = [
        [webhookHeaders([createWebhookSecret()], stamp, body), body],
        [good, `${body} `],
        [{ ...good, 'webhook-id': 'msg_mine' }, body],
        [{ ...good, 'webhook-timestamp': String(stamp.timestamp + 1) }, body],
        [webhookHeaders([other.secret], stamp, body), body],
        [{ ...good, 'webhook-signature': '' }, body],
        [{}, body],
      ];
      for (const [headers, text] of sent) {
        const response = await fetch(`${testServer.origin}/api/hooks/${hook.trigger.id}`, { method: 'POST', headers, body: text });
        await refused(response, 401, 'invalid_signature');
      }
      assert.equal(await countRuns(), before);
    });

    it('that is wrong is told as a trigger that does not exist: the same words, whatever kind of trigger there is', async () => {
      const { trigger } = await newTrigger(ada, projectId, { files: { path: '**' } });
      const forged = { ...hook, secret: createWebhookSecret() };
      const answers = await Promise.all(
        [forged, { trigger: { ...hook.trigger, id: randomUUID() }, secret: hook.secret }, { trigger, secret: hook.secret }].map(
          async (to) => {
            const refusal = await refused(await sendWebhook(testServer, to), 401, 'invalid_signature');
            return { ...refusal, requestId: '' };
          },
        ),
      );
      assert.deepEqual(answers[1], answers[0]);
      assert.deepEqual(answers[2], answers[0]);
    });

    it('that is wrong costs the same work whether there is such a trigger or not, and whatever kind and state it is of', async (t) => {
      const [paused, rotated, { trigger: onFiles }] = await Promise.all([
        newTrigger(ada, projectId),
        newTrigger(ada, projectId),
        newTrigger(ada, projectId, { files: { path: '**' } }),
      ]);
      await ada.call(changeTrigger, { params: { triggerId: paused.trigger.id }, body: { paused: true } });
      await ada.call(renewSecret, { params: { triggerId: rotated.trigger.id } });
      const forged = webhookHeaders([createWebhookSecret()], { id: randomUUID(), timestamp: now() }, 'x');
      const [sent, signed, opened] = [
        t.mock.method(testServer.features.db, 'query'),
        t.mock.method(crypto, 'createHmac'),
        t.mock.method(crypto, 'createDecipheriv'),
      ];
      syncBuiltinESMExports();
      // Wrong signatures are recorded together, once a second, whatever they name; the server's other work continues at the same time.
      const statements = () =>
        sent.mock.calls
          .map(({ arguments: [{ name }] }) => name)
          .filter((name) => /^triggers\.(?!count-strangers|claim|select-touches|move-cursor|put-off)/.test(name));
      const ids = [hook.trigger.id, paused.trigger.id, rotated.trigger.id, onFiles.id, randomUUID()];
      const work = [];
      for (const id of ids) {
        for (const { mock } of [sent, signed, opened]) mock.resetCalls();
        const response = await fetch(`${testServer.origin}/api/hooks/${id}`, { method: 'POST', headers: forged, body: 'x' });
        assert.equal(response.status, 401);
        work.push([statements(), signed.mock.callCount(), opened.mock.callCount()]);
      }
      t.mock.restoreAll();
      syncBuiltinESMExports();
      assert.deepEqual(
        work,
        ids.map(() => [['triggers.select-hook'], 2, 2]),
      );
    });

    it('that is wrong is counted, and enters no history', async () => {
      const own = await newTrigger(ada, projectId);
      for (let count = 0; count < 3; count++) await sendWebhook(testServer, { ...own, secret: createWebhookSecret() });
      const strangers = async () =>
        (await ada.call(getTrigger, { params: { triggerId: own.trigger.id } })).body.trigger.webhook?.strangers?.times;
      await eventually('three unauthenticated requests are counted', strangers, 3);
      assert.deepEqual(await historyOf(own), []);
    });

    it('may stand beside others', async () => {
      const stamp = { id: randomUUID(), timestamp: now() };
      const headers = webhookHeaders([createWebhookSecret(), hook.secret], stamp, 'both');
      await started(await fetch(`${testServer.origin}/api/hooks/${hook.trigger.id}`, { method: 'POST', headers, body: 'both' }));
    });

    it('is good for five minutes, before and after, and says by how much it is off', async () => {
      const own = await newTrigger(ada, projectId);
      for (const off of [-290, 290]) await started(await sendWebhook(testServer, own, { timestamp: now() + off }));
      for (const [off, words] of [
        [-310, /behind/],
        [310, /ahead of/],
        [-1_000_000, /behind/],
      ] as const) {
        const refusal = await refused(await sendWebhook(testServer, own, { timestamp: now() + off }), 401, 'timestamp_off');
        assert.match(refusal.detail, words);
      }
      const [last] = await historyOf(own);
      assert.deepEqual([last?.outcome, last?.code, last?.times], ['refused', 'timestamp_off', 3]);
    });

    it('of the secret before a new one is good for a day, and of the one before that no more', async () => {
      const own = await newTrigger(ada, projectId);
      const params = { triggerId: own.trigger.id };
      const renew = async () => (await ada.call(renewSecret, { params })).body;
      const second = await renew();
      assert.notEqual(second.secret, own.secret);
      const until = Date.parse(second.trigger.webhook?.oldSecretUntil ?? '');
      assert.ok(Math.abs(until - Date.now() - 24 * 3600_000) < 60_000);
      await started(await sendWebhook(testServer, own));
      await started(await sendWebhook(testServer, { ...own, secret: second.secret }));
      const third = await renew();
      await refused(await sendWebhook(testServer, own), 401, 'invalid_signature');
      await started(await sendWebhook(testServer, { ...own, secret: second.secret }));
      await query(testServer.databaseUrl, `update triggers set old_secret_until = now() - interval '1 second' where id = $1`, [
        own.trigger.id,
      ]);
      await refused(await sendWebhook(testServer, { ...own, secret: second.secret }), 401, 'invalid_signature');
      await started(await sendWebhook(testServer, { ...own, secret: third.secret }));
      assert.equal((await ada.call(getTrigger, { params })).body.trigger.webhook?.oldSecretUntil, null);
    });
  });
});
