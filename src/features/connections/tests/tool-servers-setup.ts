/** A server and a tool server, connected again for each test. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { OutsideTool } from '#features/connections/server/connections.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { startToolServer, type ToolServer, turnOnTools } from '../../../../test/harness/tool-servers.ts';
import { addToolServer } from '../contract.ts';

export const { signal } = new AbortController();

export let testServer: TestServer;

/** Operates the installation, so they may connect 127.0.0.1. */
export let operator: Person;
export let organizationId: string;
export let server: ToolServer;
let count = 0;

before(async () => {
  testServer = await startTestServer({ toolTimeouts: { list: 3000, availability: 1000 } });
  operator = await signUp(testServer);
  organizationId = await organizationOf(operator);
  server = await startToolServer();
});

after(async () => {
  await testServer.close();
  await server.close();
});

beforeEach(async () => {
  await query(testServer.databaseUrl, 'delete from tool_servers');
  await eventually('no tool server is left', async () => (await survey()).tools.length + (await survey()).unreachable.length, 0);
});

export async function organizationOf(person: Person): Promise<string> {
  const { user } = (await (await person.browser.fetch('/api/auth/user')).json()) as { user: { organizations: { id: string }[] } };
  return user.organizations[0]?.id ?? '';
}

export const survey = () => testServer.features.connections.availability(organizationId);

export async function connect(url: string, more: Partial<CallOf<typeof addToolServer>['body']> = {}) {
  const body = { name: 'Test server', slug: `s${++count}`, url, privateNetwork: true, ...more };
  return (await operator.call(addToolServer, { body })).body.toolServer;
}

/** Its tools by the server's own names, once they are offered to runs. */
export async function toolsOf(url = server.url, more: { token?: string } = {}) {
  const { id, slug } = await connect(url, more);
  await turnOnTools(operator, id);
  await eventually('its tools are offered', async () => (await survey()).tools.length > 0);
  const { tools } = await testServer.features.connections.availability(organizationId);
  const find = (name: string): OutsideTool => {
    const found = tools.find((tool) => tool.name === `${slug}__${name}`);
    assert.ok(found, `${name} is not among ${tools.map((tool) => tool.name).join(', ')}`);
    return found;
  };
  return { id, slug, tools, find };
}
