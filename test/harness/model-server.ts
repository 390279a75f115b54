/**
 * A language model provider for tests: speaks OpenAI's protocol, and responds to each request as scripted:
 *
 *     const models = await openModelServer(async function* (request, n) {
 *       if (n === 1) yield { status: 500 };                       // the first request fails
 *       yield 'I write it. ';                                     // text, as it streams
 *       await gate;                                               // delays the response for as long as the test likes
 *       yield { tool: 'write_file', input: { path: 'a', content: 'b' } };
 *     });
 *     const testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });   // its model is `server/test`
 *     models.requests[0].messages                                 // the request, in OpenAI's shape
 *     await models.close();
 *
 * Headers are sent with the first part: a script that waits before it behaves like a server that never responds.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ModelServerPart =
  /** A chunk of text. '' starts the response without text. */
  | string
  | { reasoning: string }
  /** A tool call, in two chunks. A string is sent as it is, even if it is not JSON. */
  | { tool: string; input: unknown; callId?: string }
  /** Instead of a response, as the first part. */
  | { status: number; message?: string; headers?: Record<string, string> }
  /** Defaults to `stop` or `tool_calls`. */
  | { finish: string }
  /** Defaults to 100 and 10. */
  | { usage: { input: number; output: number } }
  /** Sent on the wire as it is. */
  | { raw: string }
  /** Breaks the connection. */
  | 'cut here'
  /** Ends the HTTP response properly, but not the model's response: no finish, no [DONE]. */
  | 'end here';

interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: unknown;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

export interface ModelServerRequest {
  model: string;
  messages: Message[];
  /** Names of the tools that the model may call. */
  tools: string[];
  body: Record<string, unknown>;
  headers: IncomingHttpHeaders;
  /** Resolves when the client has closed the connection before the response was complete. */
  gone: Promise<void>;
}

type Script = (request: ModelServerRequest, n: number) => AsyncIterable<ModelServerPart> | Iterable<ModelServerPart>;

/**
 * @param script called for each chat request, with its number from 1 on
 * @param models listed by GET /v1/models
 */
export async function openModelServer(script: Script, { models = [{ id: 'test' }] as object[] } = {}) {
  const requests: ModelServerRequest[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/v1/models') return void response.end(JSON.stringify({ object: 'list', data: models }));
    if (request.url !== '/v1/chat/completions') return void response.writeHead(404).end();
    void read(request, response).then((asked) => {
      requests.push(asked);
      return answer(response, asked, script(asked, requests.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    /** For MODEL_SERVER_URL or OPENAI_BASE_URL. */
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** Chat requests so far, oldest first. */
    requests,
    /** Also aborts responses in progress. */
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage, response: ServerResponse): Promise<ModelServerRequest> {
  const gone = new Promise<void>((resolve) =>
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    }),
  );
  const body = JSON.parse((await request.setEncoding('utf8').toArray()).join('')) as Record<string, unknown>;
  const tools = ((body['tools'] ?? []) as { function: { name: string } }[]).map((tool) => tool.function.name);
  return { model: body['model'] as string, messages: body['messages'] as Message[], tools, body, headers: request.headers, gone };
}

async function answer(
  response: ServerResponse,
  { model, gone }: ModelServerRequest,
  parts: AsyncIterable<ModelServerPart> | Iterable<ModelServerPart>,
): Promise<void> {
  let calls = 0;
  let finish: string | undefined;
  let usage = { input: 100, output: 10 };
  const chunk = (more: object) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, ...more })}\n\n`;

  function write(text: string): Promise<void> {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    return new Promise((resolve) => response.write(text, () => resolve()));
  }
  const say = (delta: object) => write(chunk({ choices: [{ index: 0, delta, finish_reason: null }] }));

  async function call({ tool, input, callId }: { tool: string; input: unknown; callId?: string }): Promise<void> {
    const index = calls++;
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const half = Math.ceil(text.length / 2);
    const name = {
      id: callId ?? `call_${randomUUID()}`,
      type: 'function',
      function: { name: tool, arguments: text.slice(0, half) },
    };
    await say({ tool_calls: [{ index, ...name }] });
    await say({ tool_calls: [{ index, function: { arguments: text.slice(half) } }] });
  }

  const iterator = (async function* () {
    yield* parts;
  })();
  for (;;) {
    const next = await Promise.race([iterator.next(), gone.then(() => 'gone' as const)]);
    if (next === 'gone') return;
    if (next.done) break;
    const part = next.value;
    if (part === 'cut here') return void response.destroy();
    if (part === 'end here') return void response.end();
    if (typeof part === 'string') await say({ role: 'assistant', content: part });
    else if ('reasoning' in part) await say({ reasoning_content: part.reasoning });
    else if ('tool' in part) await call(part);
    else if ('raw' in part) await write(part.raw);
    else if ('finish' in part) finish = part.finish;
    else if ('usage' in part) usage = part.usage;
    else {
      const error = { message: part.message ?? `status ${part.status}` };
      return void response.writeHead(part.status, { 'content-type': 'application/json', ...part.headers }).end(JSON.stringify({ error }));
    }
  }
  await write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish ?? (calls > 0 ? 'tool_calls' : 'stop') }] }));
  const tokens = { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output };
  await write(chunk({ choices: [], usage: tokens }));
  response.end('data: [DONE]\n\n');
}
