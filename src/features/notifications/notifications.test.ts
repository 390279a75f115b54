import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { readConfig } from '#app/config.ts';
import type { Project } from '#features/projects/contract.ts';
import { createToken } from '#features/tokens/contract.ts';
import type { Role } from '#wire/role.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { everything, startNotificationTest } from '../../../test/harness/notification-test.ts';
import { addMember, newProject, type Person, signUp, startTestServer } from '../../../test/harness/test-server.ts';
import { scriptWith, statusOf } from '../tokens/tests/script.ts';
import { defaultChoices, getNotificationSettings, listNotifications, testNotification } from './contract.ts';

const notified = await startNotificationTest();
after(() => notified.close());
const { mailbox, testServer, notificationsOf: told, choose, ask } = notified;

describe('notifications', () => {
  let owner: Person;
  let project: Project;
  beforeEach(async () => {
    mailbox.mails.length = 0;
    mailbox.script.answer = () => undefined;
    owner = await signUp(testServer);
    project = await newProject(owner, 'Website');
  });

  async function join(role: Role): Promise<Person> {
    const person = await signUp(testServer, 'Grace Hopper');
    await addMember(testServer, person, project.organizationId, role);
    return person;
  }

  describe('GET and PUT /api/notification-settings', () => {
    it('begin with the page alone', async () => {
      const { settings } = (await owner.call(getNotificationSettings, {})).body;
      assert.deepEqual(settings, {
        choices: defaultChoices,
        email: { address: owner.email, ready: true },
        webhook: { url: null, hasSecret: false },
      });
    });

    it('keep what is chosen, for this person alone', async () => {
      const { settings } = (await choose(owner, everything, 'https://Hooks.example.com')).body;
      assert.deepEqual([settings.choices, settings.webhook.url], [everything, 'https://hooks.example.com/']);
      assert.deepEqual((await owner.call(getNotificationSettings, {})).body.settings, settings);
      assert.deepEqual((await (await join('member')).call(getNotificationSettings, {})).body.settings.choices, defaultChoices);
    });

    it('take another address for the webhook from a person who confirmed who they are, and from no token', async () => {
      await choose(owner, everything, 'https://hooks.example.com/own');
      const { secret } = (await owner.call(createToken, { body: { name: 'A script', scopes: ['write'] } })).body;
      const script = scriptWith(secret, testServer);
      const change = (by: Pick<Person, 'call'>, webhookUrl: string | null) => choose(by as Person, defaultChoices, webhookUrl);
      const elsewhere = 'https://hooks.example.org/other';
      await assert.rejects(change(script, elsewhere), { status: 403, code: 'token_not_allowed' });
      assert.equal((await change(script, 'https://hooks.example.com/own')).status, 200);
      const age = `update sessions set sess = sess || jsonb_build_object('createdAt', $2::text, 'confirmedAt', 0) where user_id = $1`;
      await query(testServer.databaseUrl, age, [owner.id, new Date(Date.now() - 3_600_000).toISOString()]);
      await eventually('the server knows that it was long ago', () => statusOf(change(owner, elsewhere)), 403);
      await assert.rejects(change(owner, elsewhere), { code: 'confirm_identity' });
      assert.equal((await change(owner, null)).status, 200);
    });

    it('let no server start that would send e-mails without a sender, or in production links that lead nowhere', () => {
      const given = { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'guildhall@example.com' };
      assert.throws(() => readConfig({ SMTP_URL: given.SMTP_URL }), /MAIL_FROM must be set where SMTP_URL is/);
      assert.throws(() => readConfig({ ...given, NODE_ENV: 'production' }), /PUBLIC_URL must be set where SMTP_URL is/);
      assert.throws(() => readConfig({ ...given, MAIL_FROM: 'a@example.com\nBcc: b@example.com' }), /MAIL_FROM must be an address/);
      assert.throws(() => readConfig({ ...given, PUBLIC_URL: 'https://example.com/guildhall' }), /PUBLIC_URL must be without a path/);
      assert.throws(() => readConfig({ ...given, PUBLIC_URL: 'nowhere' }), /PUBLIC_URL must be an address/);
      const { mail, publicUrl } = readConfig({ ...given, PUBLIC_URL: 'https://example.com/' });
      assert.deepEqual([mail, publicUrl], [{ smtpUrl: given.SMTP_URL, from: given.MAIL_FROM }, 'https://example.com']);
    });

    it('say when e-mail is not set up, and a test then says who can', async () => {
      const bare = await startTestServer();
      const person = await signUp(bare);
      assert.equal((await person.call(getNotificationSettings, {})).body.settings.email.ready, false);
      await assert.rejects(
        person.call(testNotification, { body: { channel: 'email' } }),
        /whoever runs this Guildhall has to set SMTP_URL/,
      );
      await bare.close();
    });
  });

  describe('GET /api/notifications', () => {
    it('lists one’s own, newest first, in pages and by channel', async () => {
      await choose(owner, everything);
      for (let count = 0; count < 3; count++) await ask(owner, project);
      const all = await told(owner);
      assert.equal(all.length, 3);
      const { body } = await owner.call(listNotifications, { query: { limit: 2, channel: 'email' } });
      const rest = await owner.call(listNotifications, { query: { before: body.notifications[1]?.id } });
      assert.deepEqual([body.more, rest.body.more], [true, false]);
      assert.deepEqual(
        [...body.notifications, ...rest.body.notifications].map(({ id }) => id),
        all.map(({ id }) => id),
      );
      assert.deepEqual((await owner.call(listNotifications, { query: { channel: 'webhook' } })).body.notifications, []);
      assert.deepEqual(await told(await join('owner')), []);
    });
  });

  describe('POST /api/notification-settings/test', () => {
    it('sends an e-mail now, and tells what the mail server said', async () => {
      const test = async () => (await owner.call(testNotification, { body: { channel: 'email' } })).body;
      assert.deepEqual(await test(), { delivered: true, reason: null });
      assert.equal((await mailbox.to(owner.email))[0]?.subject, 'A test from Guildhall');
      mailbox.script.answer = () => 'No such user';
      assert.deepEqual(await test(), { delivered: false, reason: 'The mail server refused it: 451 No such user' });
    });

    it('says why the mail server could not be reached, and not where it is', async () => {
      const astray = await startTestServer({ env: { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'guildhall@example.com' } });
      const person = await signUp(astray);
      assert.deepEqual((await person.call(testNotification, { body: { channel: 'email' } })).body, {
        delivered: false,
        reason: 'The mail server could not be reached (ECONNREFUSED). Tell whoever runs this Guildhall.',
      });
      await astray.close();
    });
  });
});
