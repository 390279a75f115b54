import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { compareChannels, readSources } from '../../scripts/check-channels.ts';
import { putRun } from '../../test/harness/run-states.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../test/harness/test-server.ts';
import { type Channel, channels, formatMessage, splitMessage } from './channels.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const id = new RegExp(`^${UUID}$`);

/** The text that may follow a channel's name in messages sent by SQL. */
const texts: Partial<Record<Channel, RegExp>> = {
  user: new RegExp(`^(?:${UUID}|\\*)$`),
  session: /^[0-9a-f]{64}$/,
  token: /^[0-9a-f]{64}$/,
  project: id,
  projects: id,
  models: id,
  connections: id,
  runs: new RegExp(`^${UUID} [1-9]\\d*$`),
  notification: new RegExp(`^${UUID} (?:page|email|webhook)$`),
  outbox: /^$/,
};

describe('the list of channels', () => {
  it('has each channel that is sent to, and no other', async () => {
    const { sentBySql, problems } = compareChannels(await readSources());
    assert.deepEqual(problems, []);
    assert.deepEqual(sentBySql, Object.keys(texts).sort());
  });

  it('is incomplete without a channel that is sent to, and with one that is not', async () => {
    const sources = await readSources();
    const more = "pg_notify('guildhall', 'unlisted ' || id); pg_notify(name, id); publish(db, 'missing', id);";
    assert.deepEqual(compareChannels(`${sources}\n${more}`).problems, [
      '1 calls of pg_notify do not name their channel in their text',
      'unlisted is sent to, but is not in the list of channels',
      'missing is sent to, but is not in the list of channels',
    ]);
    const { problems } = compareChannels('');
    assert.ok(problems.includes('only 0 calls of pg_notify are found'));
    assert.equal(problems.length, 1 + Object.keys(channels).length);
  });

  it('writes each payload in the format of the previous version', () => {
    const messages = [
      formatMessage('user', '*'),
      formatMessage('approvals', 'o-1'),
      formatMessage('run-queued', undefined),
      formatMessage('run-stop', 'r-1'),
      formatMessage('runs', [
        { runId: 'r-1', lastEvent: 3 },
        { runId: 'r-2', lastEvent: 10 },
      ]),
      formatMessage('notification', { userId: 'u-1', way: 'page' }),
      formatMessage('outbox', undefined),
      formatMessage('limit-recall', { limiter: 'auth', key: 'login:192.0.2.1:ada@example.com' }),
      formatMessage('limit-lift', { exactly: ['a b'], beginning: null, ending: ':x' }),
    ];
    assert.deepEqual(messages, [
      'user *',
      'approvals o-1',
      'run-queued ',
      'run-stop r-1',
      'runs r-1 3 r-2 10',
      'notification u-1 page',
      'outbox ',
      'limit-recall auth:login:192.0.2.1:ada@example.com',
      'limit-lift {"exactly":["a b"],"beginning":null,"ending":":x"}',
    ]);
    for (const message of messages) assert.equal(rewrite(message), message);
  });

  describe('beside a database', () => {
    let testServer: TestServer;
    let person: Person;
    let client: pg.Client;
    const messages: string[] = [];
    before(async () => {
      testServer = await startTestServer();
      person = await signUp(testServer);
      client = new pg.Client({ connectionString: testServer.databaseUrl });
      client.on('notification', ({ payload = '' }) => messages.push(payload));
      await client.connect();
      await client.query('listen guildhall');
    });
    after(async () => {
      await client.end();
      await testServer.close();
    });

    it('reads the payload of each trigger', async () => {
      const { id: projectId, organizationId } = await newProject(person);
      await putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: person.id }, 'waiting', []);
      const sql = (text: string, ...values: unknown[]) => client.query(text, values);
      await sql('update users set name = name where id = $1', person.id);
      await sql('update organizations set name = name where id = $1', organizationId);
      await sql('update members set role = role where organization_id = $1', organizationId);
      await sql(`insert into fetch_hosts (organization_id, hosts) values ($1, '{}')`, organizationId);
      await sql(`insert into model_settings (organization_id) values ($1)`, organizationId);
      await sql(
        `insert into tool_servers (id, organization_id, slug, name, url) values (gen_random_uuid(), $1, 'a', 'A', 'https://a.example.com')`,
        organizationId,
      );
      await sql(`insert into tool_pins (tool_server_id, name, digest, definition) select id, 'a', 'd', '{}' from tool_servers`);
      await sql(
        `insert into notifications (user_id, organization_id, role, kind, channel, about, status)
         select $1, $2, 'viewer', 'run_ended', channel, '{}', 'withdrawn' from unnest('{page,email,webhook}'::text[]) channel`,
        person.id,
        organizationId,
      );
      await sql(
        `insert into outbox (kind, subject, occurrence, organization_id, payload) values ('later', $1, '1', $1, '{}')`,
        organizationId,
      );
      await sql(
        `insert into tokens (id, token_hash, name, user_id, scopes, created_by)
         values (gen_random_uuid(), sha256('a'), 'A', $1, '{projects:read}', $1)`,
        person.id,
      );
      await sql('delete from tokens');
      await sql('update projects set name = $2 where id = $1', projectId, 'another');
      await sql('delete from projects where id = $1', projectId);
      await sql('delete from sessions');
      // PostgreSQL delivers a session's own notifications before it answers the next statement.
      const seen = new Set<string>();
      for (const message of messages) {
        const { channel, text } = splitMessage(message);
        assert.match(text, texts[channel as Channel] ?? /nothing/, message);
        assert.equal(rewrite(message), message);
        seen.add(channel);
      }
      assert.deepEqual([...seen].sort(), Object.keys(texts).sort());
    });
  });
});

/** Decodes a message and encodes it again. */
function rewrite(message: string): string {
  const { channel, text } = splitMessage(message);
  return formatMessage(channel as 'limit-lift', channels[channel as 'limit-lift'].read(text));
}
