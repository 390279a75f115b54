/** A server, and a tool server whose tools change. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { startMisbehavingServer } from '../../../../test/harness/misbehaving-tool-server.ts';
import { type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { addToolServer, changeServerTools, type ServerTool, testToolServer } from '../contract.ts';

export const object = { type: 'object' };
export const { signal } = new AbortController();

export let testServer: TestServer;
export let admin: Person;
export let server: Awaited<ReturnType<typeof startMisbehavingServer>>;
export let organizationId: string;
export let params: { toolServerId: string };
export let slug: string;
let count = 0;

before(async () => {
  testServer = await startTestServer({ toolTimeouts: { list: 20_000, availability: 5000 } });
  admin = await signUp(testServer);
  server = await startMisbehavingServer({});
});

after(async () => {
  await testServer.close();
  await server.close();
});

beforeEach(async () => {
  await query(testServer.databaseUrl, 'delete from tool_servers');
  for (const key of Object.keys(server.behavior)) delete server.behavior[key as keyof typeof server.behavior];
  server.behavior.tools = [tool('add'), tool('find')];
  slug = `s${++count}`;
  const body = { name: 'Odd', slug, url: server.url, token: 'a-token-of-theirs', privateNetwork: true };
  const { id } = (await admin.call(addToolServer, { body })).body.toolServer;
  params = { toolServerId: id };
  const [row] = await query<{ organization_id: string }>(testServer.databaseUrl, 'select organization_id from tool_servers');
  organizationId = row?.organization_id ?? '';
  await eventually('no tool is offered or missing', async () => (await survey()).tools.length, 0);
});

export const tool = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: object,
  ...more,
});

export const survey = () => testServer.features.connections.availability(organizationId);
export const offered = async () => (await survey()).tools.map(({ name }) => name.replace(`${slug}__`, '')).sort();

/** Lists the server's tools now. */
export const look = async () => (await admin.call(testToolServer, { params })).body.tools ?? [];
export const statesOf = (tools: ServerTool[]) => tools.map(({ name, state }) => `${name} ${state}`);

export const find = (tools: ServerTool[], name: string) => {
  const found = tools.find((each) => each.name === name);
  assert.ok(found, `${name} is not listed`);
  return found;
};

export const turn = (on: ServerTool[], off: string[] = []) =>
  admin.call(changeServerTools, { params, body: { on: on.map(({ name, digest = '' }) => ({ name, digest })), off } });

export const refused = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
