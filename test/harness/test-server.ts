/** Guildhall under test: a server in this process on a separate database, and people who use it over HTTP. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#app/config.ts';
import { startServer } from '#app/server.ts';
import { signup } from '#features/accounts/contract.ts';
import type { ToolServerTimeouts } from '#features/connections/server/connections.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { createProject, type Project } from '#features/projects/contract.ts';
import { isPublicAddress } from '#kernel/http/public-address.ts';
import { createPublicFetch, type PublicFetch } from '#kernel/http/public-fetch.ts';
import type { Slowness } from '#kernel/http/receive.ts';
import { createLog } from '#kernel/log.ts';
import { type Call, createCall } from '#wire/call.ts';
import type { Role } from '#wire/role.ts';
import { createTestDatabase, query } from './database.ts';

interface TestServerOptions {
  /** Runs another server on the same database. */
  databaseUrl?: string;
  /** Environment of the server; limits are a thousand times the guide's by default. */
  env?: Record<string, string>;
  /** Milliseconds between the demo model's tokens. */
  demoPace?: number;
  /** Reaches people's webhooks: the server's own fetch reaches public addresses only. */
  publicFetch?: PublicFetch;
  /** How slowly a request's body may arrive. */
  slowness?: Slowness;
  /** Timeouts of tool servers. */
  toolTimeouts?: ToolServerTimeouts;
  /** The built client, for another build than the one that the tests made. */
  directory?: string;
}

/** Where test servers keep files, so that none are in the checkout. */
const dataDir = mkdtempSync(join(tmpdir(), 'guildhall-test-data-'));
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

/** The address of example.com in tests, which have no public names: nothing listens there. */
const UNUSED_ADDRESS = '127.9.9.9';
export const resolveExamples = async (name: string) => (name.endsWith('.example.com') ? [{ address: UNUSED_ADDRESS, family: 4 }] : []);
const withoutNames = createPublicFetch({
  resolve: resolveExamples,
  isAllowed: (address) => address === UNUSED_ADDRESS || isPublicAddress(address),
});

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** Starts a server; close it in `after`. */
export async function startTestServer({
  databaseUrl,
  env = {},
  demoPace = 0,
  publicFetch = withoutNames,
  ...more
}: TestServerOptions = {}) {
  const url = databaseUrl ?? (await createTestDatabase());
  const variables = {
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    BCRYPT_SALT_ROUNDS: '4',
    RATE_LIMIT_MULTIPLIER: '1000',
    MODEL_SERVER_DETECT: 'false',
    DATA_DIR: dataDir,
  };
  const config = readConfig({ ...variables, ...env });
  const log = await createLog({ level: process.env['TEST_LOG'] ?? 'silent', readable: true });
  const dependencies = { config, databaseUrl: url, log, version: 'test', maxConcurrentHashes: 2, demoPace, publicFetch, ...more };
  const server = await startServer(dependencies);
  const origin = `http://127.0.0.1:${server.port}`;
  return { origin, databaseUrl: url, dataDir: config.dataDir, server, features: server.features, close: () => server.close({ notice: 0 }) };
}

/** A browser's cookies, and `fetch` with them. @param through sends its requests */
export function createBrowser(origin: string, through: typeof fetch = fetch) {
  const cookies = new Map<string, string>();
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await through(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '' || /expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return { origin, cookies, call: createCall(origin, send), fetch: (path: string, init?: RequestInit) => send(origin + path, init) };
}

export interface Person {
  id: string;
  email: string;
  password: string;
  call: Call;
  browser: ReturnType<typeof createBrowser>;
}

/** A new person, signed in, who owns an organization. */
export async function signUp(testServer: { origin: string }, name = 'Ada Lovelace', through?: typeof fetch): Promise<Person> {
  const browser = createBrowser(testServer.origin, through);
  const email = `${randomUUID()}@example.com`;
  const password = 'correct horse battery';
  const { body } = await browser.call(signup, { body: { name, email, password } });
  return { id: body.user.id, email, password, call: browser.call, browser };
}

/** The same person on another server: the cookie is valid everywhere. */
export function signedInOn(person: Person, testServer: { origin: string }): Person {
  const browser = createBrowser(testServer.origin);
  for (const [name, value] of person.browser.cookies) browser.cookies.set(name, value);
  return { ...person, call: browser.call, browser };
}

/** Makes a person a member of an organization without an invitation, and notifies the servers. */
export async function addMember(testServer: { databaseUrl: string }, person: Person, organizationId: string, role: Role): Promise<void> {
  const member = 'insert into members (organization_id, user_id, role) values ($1, $2, $3)';
  await query(testServer.databaseUrl, member, [organizationId, person.id, role]);
}

/** Lets autonomous runs use outside tools without asking, for tests of later stages. */
export async function allowAllTools(person: Person): Promise<void> {
  const policy = { rules: [{ tool: '*', path: null, autonomous: 'allow' as const }] };
  await person.call(putPolicy, { query: {}, body: { basedOn: 0, policy } });
}

export async function newProject(person: Person, name = 'A project'): Promise<Project> {
  return (await person.call(createProject, { body: { name } })).body.project;
}
