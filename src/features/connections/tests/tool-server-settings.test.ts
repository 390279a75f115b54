import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { ProblemError } from '#wire/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { signedInOn, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { turnOnTools } from '../../../../test/harness/tool-servers.ts';
import { addToolServer, changeToolServer, listToolServers, removeToolServer, testToolServer } from '../contract.ts';
import { connect, operator, organizationId, server, signal, survey, testServer } from './tool-servers-setup.ts';

describe('tool servers', () => {
  describe('are settings of an organization', () => {
    it('that list, change and remove them, and never reveal a token', async () => {
      const made = await connect(server.url, { token: 'a-secret-token' });
      assert.equal(made.hasToken, true);
      const params = { toolServerId: made.id };
      const { body } = await operator.call(changeToolServer, { params, body: { name: 'Another name', disabledTools: ['add', 'add'] } });
      assert.deepEqual(body.toolServer.disabledTools, ['add']);
      const listed = await operator.call(listToolServers, {});
      assert.deepEqual(listed.body.toolServers, [body.toolServer]);
      assert.doesNotMatch(JSON.stringify([made, listed.body]), /a-secret-token/);
      const [row] = await query<{ token: Buffer }>(testServer.databaseUrl, 'select token from tool_servers');
      assert.doesNotMatch(String(row?.token), /a-secret-token/);
      await operator.call(removeToolServer, { params });
      assert.deepEqual((await operator.call(listToolServers, {})).body.toolServers, []);
      await assert.rejects(operator.call(removeToolServer, { params }), { status: 404 });
    });

    it('that forget the token when the address moves to another origin, and keep it within one', async () => {
      const { id } = await connect('http://127.0.0.1:1/mcp', { token: 'token' });
      const change = async (url: string) =>
        (await operator.call(changeToolServer, { params: { toolServerId: id }, body: { url } })).body.toolServer.hasToken;
      assert.equal(await change('http://127.0.0.1:1/elsewhere'), true);
      assert.equal(await change('http://127.0.0.1:2/elsewhere'), false);
    });

    it('that send headers along, keep their values sealed, and show their names', async () => {
      const headers = [
        { name: 'X-Api-Key', value: 'the-key-of-theirs' },
        { name: 'X-Team', value: 'the team of theirs' },
      ];
      const { id, slug, headerNames } = await connect(server.url, { headers });
      assert.deepEqual(headerNames, ['X-Api-Key', 'X-Team']);
      const params = { toolServerId: id };
      const change = async (body: CallOf<typeof changeToolServer>['body']) =>
        (await operator.call(changeToolServer, { params, body })).body.toolServer;
      const sent = async () => {
        await turnOnTools(operator, id);
        await eventually(
          'echo is offered',
          async () => (await survey()).tools,
          (seen) => seen.some(({ name }) => name === `${slug}__echo`),
        );
        await (await survey()).tools.find(({ name }) => name === `${slug}__echo`)?.call({}, { signal });
        return server.headers;
      };
      assert.deepEqual([(await sent())['x-api-key'], (await sent())['x-team']], ['the-key-of-theirs', 'the team of theirs']);
      // One is kept by its name alone, ignoring case, one is new, one is removed.
      const changed = await change({ headers: [{ name: 'x-api-key' }, { name: 'Authorization', value: 'Basic dXNlcjpwYXNzd29yZA==' }] });
      assert.deepEqual(changed.headerNames, ['x-api-key', 'Authorization']);
      await eventually('the new headers are sent', async () => (await sent())['authorization'] !== undefined);
      const { 'x-api-key': key, 'x-team': team, authorization } = await sent();
      assert.deepEqual([key, team, authorization], ['the-key-of-theirs', undefined, 'Basic dXNlcjpwYXNzd29yZA==']);
      const { body } = await operator.call(listToolServers, {});
      assert.doesNotMatch(JSON.stringify([changed, body]), /of-theirs|dXNlcjpw/);
      const [row] = await query<{ headers: Buffer }>(testServer.databaseUrl, 'select headers from tool_servers');
      assert.doesNotMatch(String(row?.headers), /of-theirs|dXNlcjpw/);
      const { find } = { find: (await survey()).tools.find(({ name }) => name === `${slug}__echo`) };
      const { output } = (await find?.call({}, { signal })) ?? { output: '' };
      assert.match(output, /\[secret removed\]/);
      assert.doesNotMatch(output, /the-key-of-theirs|dXNlcjpw/);
      // They do not apply to another address.
      assert.deepEqual((await change({ url: 'http://127.0.0.1:1/mcp' })).headerNames, []);
      await assert.rejects(change({ headers: [{ name: 'X-Api-Key' }] }), ({ problem }: ProblemError) =>
        /none is kept/.test(problem.errors?.[0]?.message ?? ''),
      );
    });

    const wrong: [what: string, more: CallOf<typeof addToolServer>['body'] extends infer B ? Partial<B> : never][] = [
      ['a token and a header that says the same', { token: 'token', headers: [{ name: 'authorization', value: 'Basic x' }] }],
      ...[
        'Connection',
        'transfer-encoding',
        'Host',
        'Content-Length',
        'Upgrade',
        'TE',
        'proxy-authorization',
        'mcp-session-id',
        'Accept',
      ].map((name): [string, { headers: { name: string; value: string }[] }] => [
        `the header ${name}`,
        { headers: [{ name, value: 'x' }] },
      ]),
      [
        'a header twice',
        {
          headers: [
            { name: 'X-A', value: '1' },
            { name: 'x-a', value: '2' },
          ],
        },
      ],
      ['a header without a value', { headers: [{ name: 'X-A', value: '' }] }],
      ['a value of two lines', { headers: [{ name: 'X-A', value: 'a\r\nX-B: b' }] }],
      ['a name with a space', { headers: [{ name: 'X A', value: 'a' }] }],
      ['a value beyond ASCII', { headers: [{ name: 'X-A', value: 'ä' }] }],
      ['21 headers', { headers: Array.from({ length: 21 }, (_, index) => ({ name: `X-${index}`, value: 'a' })) }],
    ];
    for (const [what, more] of wrong)
      it(`that refuse ${what}`, async () => {
        await assert.rejects(connect(server.url, more), { status: 422 });
      });

    it('that keep the parameters of an address sealed, among which keys are, and show their names', async () => {
      const made = await connect(`${server.url}?api_key=the-key-of-theirs&profile=work`);
      assert.deepEqual([made.url, made.queryNames], [server.url, ['api_key', 'profile']]);
      const params = { toolServerId: made.id };
      const change = async (body: CallOf<typeof changeToolServer>['body']) =>
        (await operator.call(changeToolServer, { params, body })).body.toolServer;
      assert.equal((await operator.call(testToolServer, { params })).body.ok, true);
      assert.equal(server.query, 'api_key=the-key-of-theirs&profile=work');
      // Saving it as shown changes nothing.
      const same = await change({ name: 'Another name', url: made.url });
      assert.deepEqual(same.queryNames, ['api_key', 'profile']);
      assert.doesNotMatch(JSON.stringify([made, same, (await operator.call(listToolServers, {})).body]), /the-key-of-theirs/);
      const [row] = await query<{ url: string; query: Buffer }>(testServer.databaseUrl, 'select url, query from tool_servers');
      assert.doesNotMatch(`${row?.url} ${String(row?.query)}`, /the-key-of-theirs/);
      assert.deepEqual((await change({ url: `${server.url}?key=other` })).queryNames, ['key']);
      assert.deepEqual((await change({ query: '' })).queryNames, []);
      await operator.call(testToolServer, { params });
      assert.equal(server.query, '');
    });

    it('that seal the parameters of addresses of before, and never show them meanwhile', async () => {
      const { id } = await connect(server.url);
      await query(testServer.databaseUrl, 'update tool_servers set url = $2, changed_at = clock_timestamp() where id = $1', [
        id,
        `${server.url}?key=an-old-key-of-theirs`,
      ]);
      const params = { toolServerId: id };
      const shown = async () => (await operator.call(listToolServers, {})).body.toolServers[0];
      const before = await shown();
      assert.deepEqual([before?.url, before?.queryNames], [server.url, ['key']]);
      await testServer.features.connections.sealAddresses();
      assert.deepEqual(await shown(), before);
      const [row] = await query<{ url: string }>(testServer.databaseUrl, 'select url from tool_servers');
      assert.equal(row?.url, server.url);
      assert.equal((await operator.call(testToolServer, { params })).body.ok, true);
      assert.equal(server.query, 'key=an-old-key-of-theirs');
    });

    it('that refuse a short name twice, and more servers than 20', async () => {
      await connect(server.url, { slug: 'same' });
      await assert.rejects(connect(server.url, { slug: 'same' }), { status: 409, code: 'slug_taken' });
      const { id } = await connect(server.url, { slug: 'other' });
      await assert.rejects(operator.call(changeToolServer, { params: { toolServerId: id }, body: { slug: 'same' } }), {
        code: 'slug_taken',
      });
      for (let i = 2; i < 20; i++) await connect(server.url);
      await assert.rejects(connect(server.url), { status: 409, code: 'too_many_tool_servers' });
    });

    for (const slug of ['', 'A', 'a__b', '_a', 'a_', 'a-b', 'x'.repeat(21)])
      it(`that refuse the short name “${slug}”, with which two tools could get one name`, async () => {
        await assert.rejects(connect(server.url, { slug }), { status: 422 });
      });
    for (const url of ['ftp://example.com', 'example.com', 'http://ada:secret@example.com/mcp', 'javascript:alert(1)'])
      it(`that refuse the address ${url}`, async () => {
        await assert.rejects(connect(url), { status: 422 });
      });

    it('that leave the own network to operators', async () => {
      const outsider = await signUp(testServer);
      const body = { name: 'Mine', slug: 'mine', url: server.url };
      await assert.rejects(outsider.call(addToolServer, { body: { ...body, privateNetwork: true } }), {
        status: 403,
        code: 'operator_only',
      });
      const { id } = (await outsider.call(addToolServer, { body })).body.toolServer;
      const params = { toolServerId: id };
      await assert.rejects(outsider.call(changeToolServer, { params, body: { privateNetwork: true } }), { code: 'operator_only' });
      const { ok, reason } = (await outsider.call(testToolServer, { params })).body;
      assert.equal(ok, false);
      assert.match(reason ?? '', /private or reserved network/);
      // An operator's permission covers this one address only.
      await query(testServer.databaseUrl, 'update tool_servers set private_network = true where id = $1', [id]);
      const elsewhere = { params, body: { url: `${server.origin}/admin` } };
      await assert.rejects(outsider.call(changeToolServer, elsewhere), { code: 'operator_only' });
      await outsider.call(changeToolServer, { params, body: { name: 'Still mine', url: server.url } });
    });

    it('that may be in the own network at the hosts which the environment names, and at no others', async () => {
      const env = { TOOL_SERVER_PRIVATE_HOSTS: `tracker.internal, *.corp.example, 127.0.0.0/30` };
      const bounded = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
      try {
        const visitor = signedInOn(operator, bounded);
        const body = { name: 'Listed', slug: 'listed', url: server.url, privateNetwork: true };
        const { id } = (await visitor.call(addToolServer, { body })).body.toolServer;
        const params = { toolServerId: id };
        assert.equal((await visitor.call(testToolServer, { params })).body.ok, true);
        for (const url of ['http://127.0.0.9:9999/mcp', 'http://10.0.0.1/mcp', 'http://unknown.internal/mcp', 'http://[::1]:9999/mcp']) {
          const refused = ({ status, problem }: ProblemError) => status === 422 && problem.errors?.[0]?.path === 'url';
          await assert.rejects(visitor.call(changeToolServer, { params, body: { url } }), refused);
          await assert.rejects(visitor.call(addToolServer, { body: { ...body, slug: 'other', url } }), refused);
          // A server that was connected before the environment listed any hosts is no longer called.
          await query(testServer.databaseUrl, 'update tool_servers set url = $2, changed_at = clock_timestamp() where id = $1', [id, url]);
          const { ok, reason } = (await visitor.call(testToolServer, { params })).body;
          assert.equal(ok, false);
          assert.match(reason ?? '', /private or reserved network|can be reached from here/);
        }
      } finally {
        await bounded.close();
      }
    });

    it('that never lead to cloud metadata addresses, even in the installation’s network', async () => {
      for (const address of ['169.254.169.254', '[fe80::1]', '[fd00:ec2::254]', '100.100.100.200', '[::ffff:169.254.169.254]']) {
        const { id } = await connect(`http://${address}/mcp`);
        const { reason } = (await operator.call(testToolServer, { params: { toolServerId: id } })).body;
        assert.match(reason ?? '', /private or reserved network/, address);
      }
    });

    it('that keep no token without a key to seal it with', async () => {
      const env = { NODE_ENV: 'production', DATABASE_URL: testServer.databaseUrl, SESSION_SECRET: randomBytes(48).toString('hex') };
      const keyless = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
      try {
        const add = {
          actor: { userId: 'nobody', name: 'Nobody' },
          identity: { organizations: [] } as never,
          input: { name: 'x', slug: 'x', url: 'https://example.com/', privateNetwork: false },
        };
        await assert.rejects(keyless.features.connections.add(add.actor, add.identity, organizationId, { ...add.input, token: 'token' }), {
          status: 409,
          code: 'no_encryption_key',
        });
      } finally {
        await keyless.close();
      }
    });
  });
});
