/** A session with a tool server that violates the protocol. */
import { after, afterEach, before, beforeEach } from 'node:test';
import { readResult } from '#features/connections/server/tool-result.ts';
import { type CallTimeouts, createToolSession } from '#features/connections/server/tool-session.ts';
import { type Asked, startMisbehavingServer } from '../../../../test/harness/misbehaving-tool-server.ts';

type MisbehavingServer = Awaited<ReturnType<typeof startMisbehavingServer>>;

type Session = ReturnType<typeof createToolSession>;

export const { signal } = new AbortController();
export const tool = { name: 'look', inputSchema: { type: 'object' } };

export const openSession = (url: string, timeouts: Partial<CallTimeouts> = {}) =>
  createToolSession({ target: () => ({ url, headers: {} }), send: fetch, version: 'test', timeouts });

export let server: MisbehavingServer;
export let session: Session;

before(async () => {
  server = await startMisbehavingServer({});
});

after(() => server.close());

beforeEach(() => {
  server.calls.length = 0;
  server.asked.length = 0;
  for (const key of Object.keys(server.behavior)) delete server.behavior[key as keyof typeof server.behavior];
  session = openSession(server.url);
});

afterEach(() => session.close());

export async function call(answer: (asked: Asked) => void, within: Partial<CallTimeouts> = {}, endedBy = signal) {
  server.behavior.call = answer;
  const state = { signal: endedBy, sent: false };
  const own = Object.keys(within).length > 0 ? openSession(server.url, within) : session;
  try {
    return await own.call(tool, {}, state);
  } catch (error) {
    throw Object.assign(error as Error, { sent: state.sent });
  } finally {
    if (own !== session) await own.close();
  }
}

export const outputOf = async (result: unknown) => readResult(await call(({ id, json }) => json({ jsonrpc: '2.0', id, result })));
export const text = (value: string) => ({ type: 'text', text: value });
