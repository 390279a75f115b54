/** A server, and a tool server whose tools change. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { startOddServer } from '../../../../test/harness/odd-tool-server.ts';
import { type House, openHouse, type Person, signUp } from '../../../../test/harness/test-server.ts';
import { addToolServer, changeServerTools, type ServerTool, testToolServer } from '../contract.ts';

export const object = { type: 'object' };
export const { signal } = new AbortController();

export let house: House;
export let admin: Person;
export let server: Awaited<ReturnType<typeof startOddServer>>;
export let organizationId: string;
export let params: { toolServerId: string };
export let slug: string;
let count = 0;

before(async () => {
  house = await openHouse({ toolPatience: { list: 20_000, survey: 5000 } });
  admin = await signUp(house);
  server = await startOddServer({});
});

after(async () => {
  await house.close();
  await server.close();
});

beforeEach(async () => {
  await query(house.databaseUrl, 'delete from tool_servers');
  for (const key of Object.keys(server.behavior)) delete server.behavior[key as keyof typeof server.behavior];
  server.behavior.tools = [tool('add'), tool('find')];
  slug = `s${++count}`;
  const body = { name: 'Odd', slug, url: server.url, token: 'a-token-of-theirs', privateNetwork: true };
  const { id } = (await admin.call(addToolServer, { body })).body.toolServer;
  params = { toolServerId: id };
  const [row] = await query<{ organization_id: string }>(house.databaseUrl, 'select organization_id from tool_servers');
  organizationId = row?.organization_id ?? '';
  await eventually('no tool is offered or missing', async () => (await survey()).tools.length, 0);
});

export const tool = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: object,
  ...more,
});

export const survey = () => house.rooms.connections.survey(organizationId);
export const offered = async () => (await survey()).tools.map(({ name }) => name.replace(`${slug}__`, '')).sort();

/** Asks the server now. */
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
