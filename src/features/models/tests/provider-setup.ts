/** A provider that behaves as scripted. */
import assert from 'node:assert/strict';

import { type ModelServerPart, openModelServer } from '../../../../test/harness/model-server.ts';
import { type Model, ModelError, type ModelPart } from '../server/model.ts';
import { createProvider, type ProviderSettings } from '../server/provider.ts';
import { type Timeouts, withTimeouts } from '../server/timeouts.ts';

export const never = new Promise<never>(() => undefined);
export const long = 'x'.repeat(10 * 1024 * 1024);
export const KEY = 'sk-something-nobody-may-see';
export const patient: Timeouts = { firstTokenMs: 60_000, tokenGapMs: 60_000, stepMs: 60_000 };
export const chunk = (delta: object) => `data: ${JSON.stringify({ id: '1', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;

export type Script = (request: { gone: Promise<void> }, n: number) => AsyncIterable<ModelServerPart> | Iterable<ModelServerPart>;

/** A provider that behaves as scripted, and its model. */
export async function open(
  script: Script,
  { timeouts = patient, listed, ...settings }: Partial<ProviderSettings> & { timeouts?: Timeouts; listed?: object[] } = {},
) {
  const server = await openModelServer(script, listed && { models: listed });
  const provider = createProvider({
    slug: 'local',
    name: 'Models Inc.',
    kind: 'compatible',
    url: server.url,
    key: KEY,
    privateNetwork: true,
    configured: 'screen',
    ...settings,
  });
  return { server, provider, model: withTimeouts(provider.model('test'), timeouts, provider.name) };
}

export const request = (signal = new AbortController().signal) => ({
  instructions: 'Be brief.',
  messages: [{ role: 'user' as const, text: 'Hello' }],
  tools: [{ name: 'list_files', description: 'Lists files.', inputSchema: { type: 'object', properties: {} } }],
  signal,
});

export async function readAll(model: Model, signal?: AbortSignal): Promise<ModelPart[]> {
  return Array.fromAsync(model(request(signal)));
}

/** The output before it failed, and the error. */
export async function fail(script: Script, settings: Parameters<typeof open>[1] = {}): Promise<{ error: ModelError; parts: ModelPart[] }> {
  const { server, model } = await open(script, settings);
  const parts: ModelPart[] = [];
  try {
    for await (const part of model(request())) parts.push(part);
  } catch (error) {
    assert.ok(error instanceof ModelError, String(error));
    return { error, parts };
  } finally {
    await server.close();
  }
  return assert.fail(`it did not fail, but said ${JSON.stringify(parts).slice(0, 200)}`);
}

export async function answer(...parts: ModelServerPart[]): Promise<ModelPart[]> {
  const { server, model } = await open(() => parts);
  try {
    return await readAll(model);
  } finally {
    await server.close();
  }
}

export const withoutState = (parts: ModelPart[]) =>
  parts
    .map((part) => (part.type === 'finish' ? { ...part, state: undefined } : part))
    .map((part) => JSON.parse(JSON.stringify(part)) as unknown);

export async function unusedPort(): Promise<number> {
  const server = await openModelServer(() => []);
  await server.close();
  return Number(new URL(server.url).port);
}

/** Sends these, and then hangs. */
export async function* hang(...parts: ModelServerPart[]): AsyncGenerator<ModelServerPart> {
  yield* parts;
  await never;
}

/** Sends something every 10 ms, without end. */
export async function* drip(): AsyncGenerator<ModelServerPart> {
  for (;;) {
    yield '.';
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
