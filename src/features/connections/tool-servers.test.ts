import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { OutsideTool } from '#features/connections/server/connections.ts';
import { createToolSession } from '#features/connections/server/tool-session.ts';
import type { ProblemError } from '#wire/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type House, openHouse, type Person, signUp, visit } from '../../../test/harness/test-server.ts';
import { listen, startToolServer, type ToolServer, turnOnTools } from '../../../test/harness/tool-servers.ts';
import { addToolServer, changeToolServer, listToolServers, removeToolServer, testToolServer } from './contract.ts';

const { signal } = new AbortController();

describe('tool servers', () => {
  let house: House;
  /** Runs the installation, so that they may connect 127.0.0.1. */
  let operator: Person;
  let organizationId: string;
  let server: ToolServer;
  let count = 0;

  before(async () => {
    house = await openHouse({ toolPatience: { list: 3000, survey: 1000 } });
    operator = await signUp(house);
    organizationId = await organizationOf(operator);
    server = await startToolServer();
  });
  after(async () => {
    await house.close();
    await server.close();
  });
  beforeEach(async () => {
    await query(house.databaseUrl, 'delete from tool_servers');
    await eventually('no tool server is left', async () => (await survey()).tools.length + (await survey()).unreachable.length, 0);
  });

  async function organizationOf(person: Person): Promise<string> {
    const { user } = (await (await person.browser.fetch('/api/auth/user')).json()) as { user: { organizations: { id: string }[] } };
    return user.organizations[0]?.id ?? '';
  }
  const survey = () => house.rooms.connections.survey(organizationId);
  async function connect(url: string, more: Partial<CallOf<typeof addToolServer>['body']> = {}) {
    const body = { name: 'Test server', slug: `s${++count}`, url, privateNetwork: true, ...more };
    return (await operator.call(addToolServer, { body })).body.toolServer;
  }
  /** Its tools by the server's own names, once runs are offered them. */
  async function toolsOf(url = server.url, more: { token?: string } = {}) {
    const { id, slug } = await connect(url, more);
    await turnOnTools(operator, id);
    await eventually('its tools are offered', async () => (await survey()).tools.length > 0);
    const { tools } = await house.rooms.connections.survey(organizationId);
    const find = (name: string): OutsideTool => {
      const found = tools.find((tool) => tool.name === `${slug}__${name}`);
      assert.ok(found, `${name} is not among ${tools.map((tool) => tool.name).join(', ')}`);
      return found;
    };
    return { id, slug, tools, find };
  }

  describe('are settings of an organization', () => {
    it('that list, change and remove them, and never tell a token', async () => {
      const made = await connect(server.url, { token: 'a-secret-token' });
      assert.equal(made.hasToken, true);
      const params = { toolServerId: made.id };
      const { body } = await operator.call(changeToolServer, { params, body: { name: 'Another name', disabledTools: ['add', 'add'] } });
      assert.deepEqual(body.toolServer.disabledTools, ['add']);
      const listed = await operator.call(listToolServers, {});
      assert.deepEqual(listed.body.toolServers, [body.toolServer]);
      assert.doesNotMatch(JSON.stringify([made, listed.body]), /a-secret-token/);
      const [row] = await query<{ token: Buffer }>(house.databaseUrl, 'select token from tool_servers');
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
      // One is kept by its name alone, whatever its case, one is new, one is gone.
      const changed = await change({ headers: [{ name: 'x-api-key' }, { name: 'Authorization', value: 'Basic dXNlcjpwYXNzd29yZA==' }] });
      assert.deepEqual(changed.headerNames, ['x-api-key', 'Authorization']);
      await eventually('the new headers are sent', async () => (await sent())['authorization'] !== undefined);
      const { 'x-api-key': key, 'x-team': team, authorization } = await sent();
      assert.deepEqual([key, team, authorization], ['the-key-of-theirs', undefined, 'Basic dXNlcjpwYXNzd29yZA==']);
      const { body } = await operator.call(listToolServers, {});
      assert.doesNotMatch(JSON.stringify([changed, body]), /of-theirs|dXNlcjpw/);
      const [row] = await query<{ headers: Buffer }>(house.databaseUrl, 'select headers from tool_servers');
      assert.doesNotMatch(String(row?.headers), /of-theirs|dXNlcjpw/);
      const { find } = { find: (await survey()).tools.find(({ name }) => name === `${slug}__echo`) };
      const { output } = (await find?.call({}, { signal })) ?? { output: '' };
      assert.match(output, /\[secret removed\]/);
      assert.doesNotMatch(output, /the-key-of-theirs|dXNlcjpw/);
      // Elsewhere they are not known.
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
      // Saved as it is shown, it stays as it was.
      const same = await change({ name: 'Another name', url: made.url });
      assert.deepEqual(same.queryNames, ['api_key', 'profile']);
      assert.doesNotMatch(JSON.stringify([made, same, (await operator.call(listToolServers, {})).body]), /the-key-of-theirs/);
      const [row] = await query<{ url: string; query: Buffer }>(house.databaseUrl, 'select url, query from tool_servers');
      assert.doesNotMatch(`${row?.url} ${String(row?.query)}`, /the-key-of-theirs/);
      assert.deepEqual((await change({ url: `${server.url}?key=other` })).queryNames, ['key']);
      assert.deepEqual((await change({ query: '' })).queryNames, []);
      await operator.call(testToolServer, { params });
      assert.equal(server.query, '');
    });

    it('that seal the parameters of addresses of before, and never show them meanwhile', async () => {
      const { id } = await connect(server.url);
      await query(house.databaseUrl, 'update tool_servers set url = $2, changed_at = clock_timestamp() where id = $1', [
        id,
        `${server.url}?key=an-old-key-of-theirs`,
      ]);
      const params = { toolServerId: id };
      const shown = async () => (await operator.call(listToolServers, {})).body.toolServers[0];
      const before = await shown();
      assert.deepEqual([before?.url, before?.queryNames], [server.url, ['key']]);
      await house.rooms.connections.sealAddresses();
      assert.deepEqual(await shown(), before);
      const [row] = await query<{ url: string }>(house.databaseUrl, 'select url from tool_servers');
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
      const stranger = await signUp(house);
      const body = { name: 'Mine', slug: 'mine', url: server.url };
      await assert.rejects(stranger.call(addToolServer, { body: { ...body, privateNetwork: true } }), {
        status: 403,
        code: 'operator_only',
      });
      const { id } = (await stranger.call(addToolServer, { body })).body.toolServer;
      const params = { toolServerId: id };
      await assert.rejects(stranger.call(changeToolServer, { params, body: { privateNetwork: true } }), { code: 'operator_only' });
      const { ok, reason } = (await stranger.call(testToolServer, { params })).body;
      assert.equal(ok, false);
      assert.match(reason ?? '', /private or reserved network/);
      // What an operator allowed is that address and no other.
      await query(house.databaseUrl, 'update tool_servers set private_network = true where id = $1', [id]);
      const elsewhere = { params, body: { url: `${server.origin}/admin` } };
      await assert.rejects(stranger.call(changeToolServer, elsewhere), { code: 'operator_only' });
      await stranger.call(changeToolServer, { params, body: { name: 'Still mine', url: server.url } });
    });

    it('that may be in the own network at the hosts which the environment names, and at no others', async () => {
      const env = { TOOL_SERVER_PRIVATE_HOSTS: `tracker.internal, *.corp.example, 127.0.0.0/30` };
      const bounded = await openHouse({ databaseUrl: house.databaseUrl, env });
      try {
        const visitor = visit(operator, bounded);
        const body = { name: 'Listed', slug: 'listed', url: server.url, privateNetwork: true };
        const { id } = (await visitor.call(addToolServer, { body })).body.toolServer;
        const params = { toolServerId: id };
        assert.equal((await visitor.call(testToolServer, { params })).body.ok, true);
        for (const url of ['http://127.0.0.9:9999/mcp', 'http://10.0.0.1/mcp', 'http://unknown.internal/mcp', 'http://[::1]:9999/mcp']) {
          const refused = ({ status, problem }: ProblemError) => status === 422 && problem.errors?.[0]?.path === 'url';
          await assert.rejects(visitor.call(changeToolServer, { params, body: { url } }), refused);
          await assert.rejects(visitor.call(addToolServer, { body: { ...body, slug: 'other', url } }), refused);
          // One that was connected before the environment named any is not called any more.
          await query(house.databaseUrl, 'update tool_servers set url = $2, changed_at = clock_timestamp() where id = $1', [id, url]);
          const { ok, reason } = (await visitor.call(testToolServer, { params })).body;
          assert.equal(ok, false);
          assert.match(reason ?? '', /private or reserved network|can be reached from here/);
        }
      } finally {
        await bounded.close();
      }
    });

    it('that never lead to where clouds tell secrets, even in the own network', async () => {
      for (const address of ['169.254.169.254', '[fe80::1]', '[fd00:ec2::254]', '100.100.100.200', '[::ffff:169.254.169.254]']) {
        const { id } = await connect(`http://${address}/mcp`);
        const { reason } = (await operator.call(testToolServer, { params: { toolServerId: id } })).body;
        assert.match(reason ?? '', /private or reserved network/, address);
      }
    });

    it('that keep no token without a key to seal it with', async () => {
      const env = { NODE_ENV: 'production', DATABASE_URL: house.databaseUrl, SESSION_SECRET: randomBytes(48).toString('hex') };
      const keyless = await openHouse({ databaseUrl: house.databaseUrl, env });
      try {
        const add = {
          actor: { userId: 'nobody', name: 'Nobody' },
          identity: { organizations: [] } as never,
          input: { name: 'x', slug: 'x', url: 'https://example.com/', privateNetwork: false },
        };
        await assert.rejects(keyless.rooms.connections.add(add.actor, add.identity, organizationId, { ...add.input, token: 'token' }), {
          status: 409,
          code: 'no_encryption_key',
        });
      } finally {
        await keyless.close();
      }
    });
  });

  describe('are tested', () => {
    const test = async (toolServerId: string) => (await operator.call(testToolServer, { params: { toolServerId } })).body;

    it('and tell their tools, those that cannot be used with the reason', async () => {
      const { id, slug } = await connect(server.url);
      const { ok, tools } = await test(id);
      assert.equal(ok, true);
      const byName = new Map(tools?.map((tool) => [tool.name, tool]));
      assert.equal(byName.get('add')?.callName, `${slug}__add`);
      assert.match(byName.get('no schema')?.problem ?? '', /JSON Schema of an object/);
      assert.match(byName.get('text only')?.problem ?? '', /JSON Schema of an object/);
      assert.match(byName.get('big schema')?.problem ?? '', /20,000/);
    });

    it('with the token that was entered', async () => {
      const closed = await startToolServer({ token: 'let-me-in' });
      try {
        const { id } = await connect(closed.url, { token: 'wrong' });
        assert.match((await test(id)).reason ?? '', /refuses the token.*401/);
        await operator.call(changeToolServer, { params: { toolServerId: id }, body: { token: 'let-me-in' } });
        assert.equal((await test(id)).ok, true);
      } finally {
        await closed.close();
      }
    });

    const others: [what: string, answer: Parameters<typeof listen>[0], reason: RegExp][] = [
      ['that never answers', () => undefined, /did not answer within 3 s/],
      [
        'that is a web page',
        (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
        /not the MCP protocol/,
      ],
      [
        'that answers broken JSON',
        (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
        /not the MCP protocol/,
      ],
      ['that knows no such path', (_, response) => response.writeHead(404).end(), /no MCP server at this address.*404/],
      ['that fails', (_, response) => response.writeHead(500).end('secret inside'), /answered HTTP 500/],
      [
        'that redirects elsewhere',
        (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
        /redirects elsewhere/,
      ],
      ['that breaks the connection', (request) => request.socket.destroy(), /connection to it failed/],
      [
        'that speaks the older transport',
        (request, response) => {
          if (request.method !== 'GET') return void response.writeHead(405).end();
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write('event: endpoint\ndata: /messages?session=1\n\n');
        },
        /older transport of MCP.*\/sse/,
      ],
    ];
    for (const [what, answer, reason] of others)
      it(`and a server ${what} says so`, async () => {
        const strange = await listen(answer);
        try {
          const { id } = await connect(`${strange.origin}/mcp`);
          const result = await test(id);
          assert.equal(result.ok, false);
          assert.match(result.reason ?? '', reason);
        } finally {
          await strange.close();
        }
      });
    it('and one that is not there says so', async () => {
      const gone = await listen(() => undefined);
      await gone.close();
      const { id } = await connect(`${gone.origin}/mcp`);
      assert.match((await test(id)).reason ?? '', /Nothing listens/);
    });
  });

  describe('offer runs their tools', () => {
    it('under names that models take, described within bounds, asked once a minute at most', async () => {
      const { slug, tools } = await toolsOf();
      for (const { name } of tools) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
      assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
      const renamed = tools.find(({ name }) => name.startsWith(`${slug}__files_read_all_`));
      assert.equal(renamed?.description.length, 1000);
      assert.equal(renamed?.server, 'Test server');
      const { lists, sessions } = server.counts();
      await Promise.all(Array.from({ length: 50 }, survey));
      assert.deepEqual([server.counts().lists, server.counts().sessions], [lists, sessions]);
    });

    it('without those an admin has switched off, at once', async () => {
      const { id, slug, find } = await toolsOf();
      const add = find('add');
      await operator.call(changeToolServer, { params: { toolServerId: id }, body: { disabledTools: ['add'] } });
      await eventually('add is offered no longer', async () => !(await survey()).tools.some(({ name }) => name === `${slug}__add`));
      assert.ok((await survey()).tools.length > 0);
      const outcome = await add.call({ a: 1, b: 2 }, { signal });
      assert.equal(outcome.ok, false);
      assert.match(outcome.output, /call was not made/);
      await operator.call(changeToolServer, { params: { toolServerId: id }, body: { enabled: false } });
      await eventually('no tool is offered', async () => (await survey()).tools.length, 0);
    });

    it('and a server that hangs is left out and named, and not waited for again', async () => {
      let asked = 0;
      const hanging = await listen(() => void asked++);
      try {
        await toolsOf();
        const { id } = await connect(`${hanging.origin}/mcp`, { name: 'Hanging server' });
        await operator.call(testToolServer, { params: { toolServerId: id } });
        await eventually('the server is unreachable', async () => (await survey()).unreachable.length > 0);
        const found = await survey();
        assert.deepEqual(
          found.unreachable.map(({ server }) => server),
          ['Hanging server'],
        );
        assert.match(found.unreachable[0]?.reason ?? '', /within 3 s/);
        assert.ok(found.tools.length > 0);
        const before = asked;
        await survey();
        assert.equal(asked, before);
      } finally {
        await hanging.close();
      }
    });

    it('of their own organization only', async () => {
      await toolsOf();
      const stranger = await signUp(house);
      assert.deepEqual((await house.rooms.connections.survey(await organizationOf(stranger))).tools, []);
    });
  });

  describe('carry out calls', () => {
    it('and give back what the tool says, text as it is and the rest named', async () => {
      const { find } = await toolsOf();
      assert.deepEqual(await find('add').call({ a: 2, b: 40 }, { signal }), { ok: true, output: '42' });
      assert.deepEqual(await find('fail').call({}, { signal }), { ok: false, output: 'It did not work out.' });
      const mixed = await find('mixed').call({}, { signal });
      assert.equal(
        mixed.output,
        'Here it is.\n\n[image, image/png, 12 kB]\n\n[link to Report: https://example.com/report]\n\nfile:///notes.txt:\nSome notes',
      );
      const refused = await find('refuse').call({}, { signal });
      assert.equal(refused.ok, false);
      assert.match(refused.output, /answers with an error: .*Nobody may call this/);
    });

    it('and name an answer of more than 10 MB as what it is: the call was made, and there is nothing to ask', async () => {
      const { find } = await toolsOf();
      const { ok, output } = await find('huge').call({}, { signal });
      assert.equal(ok, false);
      assert.match(output, /answered with more than 10 MB.*The call was made/);
    });

    it('and never give back the token, which a server may repeat', async () => {
      const closed = await startToolServer({ token: 'let-me-in-1234' });
      try {
        const { find } = await toolsOf(closed.url, { token: 'let-me-in-1234' });
        const { output } = await find('echo').call({}, { signal });
        assert.match(output, /Bearer \[secret removed\]|"authorization":"\[secret removed\]"/);
        assert.doesNotMatch(output, /let-me-in/);
      } finally {
        await closed.close();
      }
    });

    const lost: [name: string, reason: RegExp][] = [
      ['die', /The connection to it failed/],
      ['break', /Its answer broke off/],
      ['overloaded', /HTTP 503/],
    ];
    for (const [name, reason] of lost)
      it(`once, and throw when nobody knows what came of it: ${name}`, async () => {
        const { find } = await toolsOf();
        const before = server.calls.length;
        await assert.rejects(find(name).call({}, { signal }), ({ message }: Error) => {
          assert.match(message, /^Test server: /);
          assert.match(message, reason);
          return true;
        });
        assert.deepEqual(server.calls.slice(before), [name]);
      });

    it('and say so when they were surely not made', async () => {
      const gone = await startToolServer();
      const { find } = await toolsOf(gone.url);
      const add = find('add');
      assert.equal((await add.call({ a: 1, b: 1 }, { signal })).ok, true);
      await gone.close();
      // Until the client has seen the end of the connection it kept.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const outcome = await add.call({ a: 1, b: 1 }, { signal });
      assert.equal(outcome.ok, false);
      assert.match(outcome.output, /not carried out.*Nothing listens/);
    });

    it('in a new session when the server has forgotten the old one', async () => {
      const { find } = await toolsOf();
      const before = server.calls.length;
      server.forgetSessions();
      assert.deepEqual(await find('add').call({ a: 1, b: 2 }, { signal }), { ok: true, output: '3' });
      assert.deepEqual(server.calls.slice(before), ['add']);
    });

    it('in sessions that are closed when nobody has used them for a while', async () => {
      // Of its own: others come and go at the one above.
      const quiet = await startToolServer();
      const session = createToolSession({ target: () => ({ url: quiet.url, headers: {} }), send: fetch, version: 'test', idleMs: 50 });
      try {
        assert.ok((await session.list(signal)).tools.length > 0);
        assert.equal(quiet.counts().sessions, 1);
        await eventually('the stream is closed', () => quiet.counts().open, 0);
        assert.ok((await session.list(signal)).tools.length > 0);
        await session.close();
        assert.deepEqual([quiet.counts().sessions, quiet.counts().open], [2, 0]);
      } finally {
        await quiet.close();
      }
    });

    it('until they are stopped, which ends the request', async () => {
      const { find } = await toolsOf();
      const stop = new AbortController();
      const { closedEarly } = server.counts();
      const before = server.calls.length;
      const call = find('wait').call({}, { signal: stop.signal });
      await eventually(
        'the tool is called',
        () => server.calls.length,
        (count) => count > before,
      );
      stop.abort();
      await assert.rejects(call, /Test server: It was stopped/);
      await eventually('the call is broken off', () => server.counts().closedEarly, closedEarly + 1);
      const late = await find('add').call({ a: 1, b: 1 }, { signal: stop.signal });
      assert.equal(late.ok, false);
      assert.equal(server.calls.length, before + 1);
    });

    it('to their end although the server is disconnected meanwhile', async () => {
      const { id, find } = await toolsOf();
      const before = server.calls.length;
      const call = find('wait').call({}, { signal });
      await eventually(
        'the tool is called',
        () => server.calls.length,
        (count) => count > before,
      );
      const { open } = server.counts();
      await operator.call(removeToolServer, { params: { toolServerId: id } });
      await eventually('no tool is offered', async () => (await survey()).tools.length, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      server.release();
      assert.deepEqual(await call, { ok: true, output: 'It was worth waiting.' });
      await eventually('the connection is closed', () => server.counts().open, open - 1);
    });
  });
});
