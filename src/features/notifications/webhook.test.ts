import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import type { Project } from '#features/projects/contract.ts';
import { readSignature, webhookHeaders } from '#kernel/webhook-signature.ts';
import type { ProblemError } from '#wire/call.ts';
import { nothing, startNotificationTest } from '../../../test/harness/notification-test.ts';
import { newProject, type Person, signUp, startTestServer } from '../../../test/harness/test-server.ts';
import { type Choices, getNotificationSettings, makeNotificationSecret, testNotification } from './contract.ts';

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
}

/** An HTTP server that records requests, and responds with `status`. */
async function openReceiver() {
  const heard: Heard[] = [];
  const answer = { status: 204, headers: {} as Record<string, string> };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    heard.push({ headers: request.headers, body });
    response.writeHead(answer.status, answer.headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard, answer, close };
}

const notified = await startNotificationTest();
after(() => notified.close());
const { mailbox, testServer, sql, notificationsOf, choose, ask, makeDue, untilRejectedOnce, untilSettled } = notified;

describe('webhooks of people', () => {
  let owner: Person;
  let project: Project;
  beforeEach(async () => {
    mailbox.mails.length = 0;
    mailbox.script.answer = () => undefined;
    owner = await signUp(testServer);
    project = await newProject(owner, 'Website');
  });

  describe('a webhook', () => {
    const hooked: Choices = { ...nothing, approval_asked: { page: false, email: false, webhook: true, of: 'all' } };
    let receiver: Awaited<ReturnType<typeof openReceiver>>;
    beforeEach(async () => {
      receiver = await openReceiver();
    });
    // So that a failing test leaves none open, which would keep the file from ending.
    afterEach(() => receiver.close());

    async function connect(): Promise<string> {
      await choose(owner, hooked, receiver.url);
      return (await owner.call(makeNotificationSecret, {})).body.secret;
    }
    const signedBy = (secret: string, { headers, body }: Heard) => readSignature([secret], headers, Buffer.from(body));

    it('is told what happened, signed by the person’s secret', async () => {
      const secret = await connect();
      const { id, runId } = await ask(owner, project);
      await untilSettled(owner);
      const [heard] = receiver.heard;
      assert.ok(heard);
      const stamp = signedBy(secret, heard);
      assert.ok(stamp && Math.abs(stamp.timestamp - Date.now() / 1000) < 60);
      assert.equal(signedBy(secret, { ...heard, body: `${heard.body} ` }), undefined);
      const { type, timestamp, data } = JSON.parse(heard.body) as { type: string; timestamp: string; data: Record<string, unknown> };
      const [notification] = await notificationsOf(owner);
      assert.deepEqual([type, timestamp, stamp.id], ['approval_asked', notification?.createdAt, notification?.id]);
      assert.deepEqual([data['approvalId'], data['runId'], data['paths']], [id, runId, ['notes.md']]);
      assert.equal(data['url'], `https://guildhall.example.com/inbox?approval=${id}`);
      assert.ok(!heard.body.includes('only members'));
    });

    it('can be sure of that with the code in docs/notifications.md', async () => {
      const page = await readFile('docs/notifications.md', 'utf8');
      const [, code = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
      const { isFromGuildhall } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
        isFromGuildhall: (secret: string, headers: IncomingHttpHeaders, body: string) => boolean;
      };
      const secret = await connect();
      await ask(owner, project);
      await untilSettled(owner);
      const [heard] = receiver.heard;
      assert.ok(heard);
      const old = webhookHeaders([secret], { id: 'a', timestamp: Math.floor(Date.now() / 1000) - 301 }, heard.body);
      assert.equal(isFromGuildhall(secret, heard.headers, heard.body), true);
      assert.equal(isFromGuildhall(secret, heard.headers, `${heard.body} `), false);
      assert.equal(isFromGuildhall(secret, old, heard.body), false);
    });

    it('hears the same id again when it did not take it', async () => {
      const secret = await connect();
      receiver.answer.status = 500;
      await ask(owner, project);
      await untilRejectedOnce(owner);
      assert.equal((await notificationsOf(owner))[0]?.reason, 'It answered HTTP 500.');
      receiver.answer.status = 200;
      await makeDue(owner);
      await untilSettled(owner);
      const ids = receiver.heard.map((heard) => signedBy(secret, heard)?.id);
      assert.equal(ids.length, 2);
      assert.equal(ids[0], ids[1]);
    });

    it('is signed by a new secret from the moment it is made', async () => {
      const old = await connect();
      const { secret } = (await owner.call(makeNotificationSecret, {})).body;
      await ask(owner, project);
      await untilSettled(owner);
      const [heard] = receiver.heard;
      assert.ok(heard && signedBy(secret, heard) && !signedBy(old, heard));
    });

    it('is sent nothing before it has an address and a secret', async () => {
      await choose(owner, hooked, receiver.url);
      await ask(owner, project);
      await owner.call(makeNotificationSecret, {});
      await choose(owner, hooked, null);
      await ask(owner, project);
      assert.deepEqual(await notificationsOf(owner), []);
      await assert.rejects(owner.call(testNotification, { body: { channel: 'webhook' } }), /no address or no secret/);
    });

    it('is not followed where it redirects, and says why a test did not arrive', async () => {
      const secret = await connect();
      const test = async () => (await owner.call(testNotification, { body: { channel: 'webhook' } })).body;
      assert.deepEqual(await test(), { delivered: true, reason: null });
      const [heard] = receiver.heard;
      assert.ok(heard && signedBy(secret, heard));
      Object.assign(receiver.answer, { status: 302, headers: { location: receiver.url } });
      assert.match((await test()).reason ?? '', /^It redirects \(HTTP 302\), which is not followed/);
      assert.equal(receiver.heard.length, 2);
      await receiver.close();
      assert.match((await test()).reason ?? '', /^Connection refused\./);
    });

    it('is at a public address only', async () => {
      const strict = await startTestServer({ databaseUrl: testServer.databaseUrl });
      const person = await signUp(strict);
      await person.call(makeNotificationSecret, {});
      const notificationsOf = new Set<string>();
      for (const url of [
        receiver.url,
        'http://localhost/x',
        'http://unknown.test/',
        'http://169.254.169.254/latest',
        'http://[::ffff:10.0.0.1]/',
      ]) {
        // Rejected on save, at its field, and also if it was saved before this check existed.
        await assert.rejects(choose(person, hooked, url), ({ status, problem }: ProblemError) => {
          assert.equal(status, 422);
          assert.equal(problem.errors?.[0]?.path, 'webhookUrl');
          notificationsOf.add((problem.errors?.[0]?.message ?? '').replace(new URL(url).hostname.replace(/[[\]]/g, ''), 'HOST'));
          return true;
        });
        await sql('update notification_settings set choices = $2, webhook_url = $3 where user_id = $1', [
          person.id,
          JSON.stringify(hooked),
          url,
        ]);
        const { delivered, reason } = (await person.call(testNotification, { body: { channel: 'webhook' } })).body;
        assert.equal(delivered, false);
        assert.match(reason ?? '', /is an address in a private or reserved network|can be reached from here/);
      }
      // The same sentence for unknown and private names, and one for addresses.
      assert.equal(notificationsOf.size, 2, [...notificationsOf].join(' '));
      await choose(person, hooked, 'https://hooks.example.com/x');
      await sql('update notification_settings set webhook_url = $2 where user_id = $1', [person.id, 'http://gone.test/']);
      // An unchanged URL is not checked again, so that ticking a box still works.
      await choose(person, hooked, 'http://gone.test/');
      assert.equal(receiver.heard.length, 0);
      await strict.close();
    });

    it('is told of by its secret to nobody, the database included', async () => {
      const secret = await connect();
      assert.ok(!JSON.stringify((await owner.call(getNotificationSettings, {})).body).includes(secret));
      const [row] = await sql(`select encode(webhook_secret, 'escape') as sealed from notification_settings where user_id = $1`, [
        owner.id,
      ]);
      assert.ok(row && !row['sealed']?.includes(secret));
    });
  });
});
