/** A provider's model whose server behaves as a test scripts it, and the results of calling it. */
import { type Model, ModelError, type ModelMessage, type ModelPart, type ModelRequest } from '#features/models/server/model.ts';
import { createProvider, type Provider, type ProviderSettings } from '#features/models/server/provider.ts';
import { openProviderServer, type ProviderReply, type ProviderRequest } from './provider-server.ts';

export const KEY = 'sk-something-nobody-may-see';

export const listFiles = {
  name: 'list_files',
  description: 'Lists files.',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
};

export const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  instructions: 'Be brief.',
  messages: [{ role: 'user', text: 'Hello' }],
  tools: [listFiles],
  signal: new AbortController().signal,
  ...more,
});

export interface Served {
  provider: Provider;
  model: Model;
  requests: ProviderRequest[];
  close(): Promise<void>;
}

/** @param url if it is not `/v1` at the server */
export async function serve(
  script: (request: ProviderRequest, n: number) => ProviderReply,
  { path = '/v1', ...settings }: Partial<ProviderSettings> & { path?: string } = {},
): Promise<Served> {
  const { origin, requests, close } = await openProviderServer(script);
  const provider = createProvider({
    slug: 'local',
    name: 'Models Inc.',
    kind: 'compatible',
    url: origin + path,
    key: KEY,
    privateNetwork: true,
    configured: 'screen',
    ...settings,
  });
  return { provider, model: provider.model('test'), requests, close };
}

/** A model's response, and its error if it failed. */
export interface Heard {
  parts: ModelPart[];
  text: string;
  reasoning: string;
  calls: { tool: string; input: unknown }[];
  end: Extract<ModelPart, { type: 'finish' }> | undefined;
  error: ModelError | undefined;
}

export async function hear(model: Model, asked: ModelRequest = request()): Promise<Heard> {
  const parts: ModelPart[] = [];
  let error: ModelError | undefined;
  try {
    for await (const part of model(asked)) parts.push(part);
  } catch (caught) {
    if (!(caught instanceof ModelError)) throw caught;
    error = caught;
  }
  const said = (type: 'text' | 'reasoning') => parts.map((part) => (part.type === type ? part.text : '')).join('');
  const calls = parts.flatMap((part) => (part.type === 'tool_call' ? [{ tool: part.tool, input: part.input }] : []));
  const end = parts.find((part) => part.type === 'finish');
  return { parts, text: said('text'), reasoning: said('reasoning'), calls, end, error };
}

/** Calls a server that always sends the same response. */
export async function hearReply(
  reply: ProviderReply,
  settings: Parameters<typeof serve>[1] = {},
  asked?: ModelRequest,
): Promise<Heard & { requests: ProviderRequest[] }> {
  const served = await serve(() => reply, settings);
  try {
    return { ...(await hear(served.model, asked)), requests: served.requests };
  } finally {
    await served.close();
  }
}

/** A conversation in which the model has called a tool: the request of step 2. */
export const afterCall = (answer: Partial<Extract<ModelMessage, { role: 'assistant' }>> = {}): ModelMessage[] => [
  { role: 'user', text: 'What is here?' },
  { role: 'assistant', text: '', calls: [{ callId: 'call_1', tool: 'list_files', input: { path: 'src' } }], ...answer },
  { role: 'tool', results: [{ callId: 'call_1', tool: 'list_files', output: 'a.md', ok: true }] },
];
