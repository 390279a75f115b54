import assert from 'node:assert/strict';
import crypto, { randomUUID } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { getRun } from '#features/runs/contract.ts';
import { switchAutonomy } from '#features/runs/switch-contract.ts';
import {
  changeTrigger,
  deleteTrigger,
  getTrigger,
  listTriggerOccurrences,
  MAX_WEBHOOK_BYTES,
  renewSecret,
  type TriggerOccurrence,
} from '#features/triggers/contract.ts';
import { createWebhookSecret, webhookHeaders } from '#kernel/webhook-signature.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { readRefusal } from '../../../test/harness/problem.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { type House, newProject, openHouse, type Person, signUp } from '../../../test/harness/test-server.ts';
import { type Hook, newTrigger, sendWebhook } from '../../../test/harness/webhooks.ts';

const now = () => Math.floor(Date.now() / 1000);

describe('POST /api/hooks/:triggerId', () => {
  let house: House;
  let ada: Person;
  let projectId: string;
  let organizationId: string;
  let hook: Hook;
  before(async () => {
    house = await openHouse();
    ada = await signUp(house);
    ({ id: projectId, organizationId } = await newProject(ada));
    hook = await newTrigger(ada, projectId);
  });
  after(() => house.close());

  const historyOf = async ({ trigger }: Hook): Promise<TriggerOccurrence[]> =>
    (await ada.call(listTriggerOccurrences, { params: { triggerId: trigger.id } })).body.occurrences;
  const started = async (response: Response): Promise<string> => {
    assert.equal(response.status, 202, await response.clone().text());
    return ((await response.json()) as { runId: string }).runId;
  };
  const refused = async (response: Response, status: number, code: string) => {
    const refusal = await readRefusal(response, code, status);
    assert.equal(refusal.code, code, refusal.detail);
    return refusal;
  };
  const countRuns = async () => (await query(house.databaseUrl, 'select from runs')).length;

  it('starts a run on behalf of whoever made the trigger, and tells which', async () => {
    const own = await newTrigger(ada, projectId, { name: 'A webhook', budget: { steps: 3 }, level: 'off' });
    const runId = await started(await sendWebhook(house, own, { id: 'msg_1', body: '{"event":"pushed"}' }));
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
      const runId = await started(await sendWebhook(house, hook, { body, headers: { 'content-type': 'text/plain' } }));
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
    const refusal = await refused(await sendWebhook(house, hook, { body: large }), 413, 'too_large');
    assert.match(refusal.detail, /256 KB/);
    const stream = new ReadableStream({ start: (controller) => [controller.enqueue(Buffer.from(large)), controller.close()] });
    const headers = webhookHeaders([hook.secret], { id: 'x', timestamp: now() }, large);
    const init = { method: 'POST', headers, body: stream, duplex: 'half' as const };
    await refused(await fetch(`${house.origin}/api/hooks/${hook.trigger.id}`, init), 413, 'too_large');
    const body = gzipSync('{}');
    await refused(await sendWebhook(house, hook, { body, headers: { 'content-encoding': 'gzip' } }), 415, 'unsupported_media_type');
  });

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
        const response = await fetch(`${house.origin}/api/hooks/${hook.trigger.id}`, { method: 'POST', headers, body: text });
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
            const refusal = await refused(await sendWebhook(house, to), 401, 'invalid_signature');
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
        t.mock.method(house.rooms.db, 'query'),
        t.mock.method(crypto, 'createHmac'),
        t.mock.method(crypto, 'createDecipheriv'),
      ];
      syncBuiltinESMExports();
      // Wrong signatures are entered together, once a second, whatever they name; other work of the server goes on beside this.
      const statements = () =>
        sent.mock.calls
          .map(({ arguments: [{ name }] }) => name)
          .filter((name) => /^triggers\.(?!count-strangers|claim|select-touches|move-cursor|put-off)/.test(name));
      const ids = [hook.trigger.id, paused.trigger.id, rotated.trigger.id, onFiles.id, randomUUID()];
      const work = [];
      for (const id of ids) {
        for (const { mock } of [sent, signed, opened]) mock.resetCalls();
        const response = await fetch(`${house.origin}/api/hooks/${id}`, { method: 'POST', headers: forged, body: 'x' });
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
      for (let count = 0; count < 3; count++) await sendWebhook(house, { ...own, secret: createWebhookSecret() });
      const strangers = async () =>
        (await ada.call(getTrigger, { params: { triggerId: own.trigger.id } })).body.trigger.webhook?.strangers?.times;
      await eventually('three unauthenticated requests are counted', strangers, 3);
      assert.deepEqual(await historyOf(own), []);
    });

    it('may stand beside others', async () => {
      const stamp = { id: randomUUID(), timestamp: now() };
      const headers = webhookHeaders([createWebhookSecret(), hook.secret], stamp, 'both');
      await started(await fetch(`${house.origin}/api/hooks/${hook.trigger.id}`, { method: 'POST', headers, body: 'both' }));
    });

    it('is good for five minutes, before and after, and says by how much it is off', async () => {
      const own = await newTrigger(ada, projectId);
      for (const off of [-290, 290]) await started(await sendWebhook(house, own, { timestamp: now() + off }));
      for (const [off, words] of [
        [-310, /behind/],
        [310, /ahead of/],
        [-1_000_000, /behind/],
      ] as const) {
        const refusal = await refused(await sendWebhook(house, own, { timestamp: now() + off }), 401, 'timestamp_off');
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
      await started(await sendWebhook(house, own));
      await started(await sendWebhook(house, { ...own, secret: second.secret }));
      const third = await renew();
      await refused(await sendWebhook(house, own), 401, 'invalid_signature');
      await started(await sendWebhook(house, { ...own, secret: second.secret }));
      await query(house.databaseUrl, `update triggers set old_secret_until = now() - interval '1 second' where id = $1`, [own.trigger.id]);
      await refused(await sendWebhook(house, { ...own, secret: second.secret }), 401, 'invalid_signature');
      await started(await sendWebhook(house, { ...own, secret: third.secret }));
      assert.equal((await ada.call(getTrigger, { params })).body.trigger.webhook?.oldSecretUntil, null);
    });
  });

  describe('a message', () => {
    it('starts one run: sent again, it is refused and told which', async () => {
      const own = await newTrigger(ada, projectId);
      const id = randomUUID();
      const runId = await started(await sendWebhook(house, own, { id, body: 'first' }));
      // A new time and another body make no new message of it.
      const refusal = await refused(await sendWebhook(house, own, { id, body: 'second', timestamp: now() + 1 }), 409, 'replayed');
      assert.equal(refusal['runId'], runId);
      await started(await sendWebhook(house, await newTrigger(ada, projectId), { id }));
      assert.equal((await historyOf(own)).filter(({ outcome }) => outcome === 'started').length, 1);
    });

    it('starts one run on two servers, however often it comes at the same time', async () => {
      const second = await openHouse({ databaseUrl: house.databaseUrl });
      try {
        const own = await newTrigger(ada, projectId);
        const before = await countRuns();
        const message = { id: randomUUID(), timestamp: now() };
        const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => sendWebhook(n % 2 ? house : second, own, message)));
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
      await refused(await sendWebhook(house, own, { id: 'again' }), 409, 'paused');
      await pause(false);
      await started(await sendWebhook(house, own, { id: 'again' }));
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
    await refused(await sendWebhook(house, own), 401, 'invalid_signature');
  });

  it('says what holds a run back: autonomy is off, the person’s role is too small, the person has left', async () => {
    const grace = await signUp(house, 'Grace Hopper');
    const { id, organizationId: hers } = await newProject(grace);
    const own = await newTrigger(grace, id, { level: 'autonomous' });
    const turn = (on: boolean) =>
      grace.call(switchAutonomy, { query: { organization: hers }, body: on ? { on, confirm: 'Grace Hopper' } : { on } });
    await turn(false);
    const held = await refused(await sendWebhook(house, own), 409, 'not_started');
    assert.equal(held['reason'], 'autonomy_off');
    // Who it was is for the trigger's history, not for the sender.
    assert.doesNotMatch(JSON.stringify(held), /Grace/);
    await query(house.databaseUrl, 'update autonomy_switches set off_at = null where organization_id = $1', [hers]);
    await setRole(house, grace, 'member');
    const refusal = await refused(await sendWebhook(house, own), 409, 'not_started');
    assert.equal(refusal['reason'], 'level_not_allowed');
    await query(house.databaseUrl, 'delete from members where user_id = $1', [grace.id]);
    assert.equal((await refused(await sendWebhook(house, own), 409, 'not_started'))['reason'], 'not_a_member');
    const codes = await query<{ code: string }>(
      house.databaseUrl,
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
    const runId = await started(await sendWebhook(house, own, { id: 'audited' }));
    for (let count = 0; count < 3; count++) await sendWebhook(house, own, { id: 'audited' });
    const entries = await query<{ action: string; run_id: string | null; user_name: string; address: string; detail: { code?: string } }>(
      house.databaseUrl,
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
