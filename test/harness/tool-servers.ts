/** MCP servers to connect to: one built on the protocol's own SDK, and some that misbehave. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { addToolServer, changeServerTools, testToolServer } from '#features/connections/contract.ts';
import type { CallOf } from '#wire/contract.ts';
import type { Person } from './test-server.ts';

/** Turns on all usable tools that a server currently lists, like an admin who has reviewed it. */
export async function turnOnTools(person: Person, toolServerId: string): Promise<void> {
  const params = { toolServerId };
  const { tools = [], reason } = (await person.call(testToolServer, { params })).body;
  const on = tools.flatMap(({ name, digest }) => (digest ? [{ name, digest }] : []));
  if (on.length === 0) throw new Error(`the tool server has no tools to be turned on: ${reason}`);
  await person.call(changeServerTools, { params, body: { on } });
}

/** Connects a server, with all its tools turned on. */
export async function connectTools(person: Person, body: CallOf<typeof addToolServer>['body']) {
  const { toolServer } = (await person.call(addToolServer, { body })).body;
  await turnOnTools(person, toolServer.id);
  return toolServer;
}

const object = { type: 'object' as const };
const tools: { name: string; description?: string; inputSchema?: object }[] = [
  {
    name: 'add',
    description: 'Adds two numbers.',
    inputSchema: { ...object, properties: { a: { type: 'number' }, b: { type: 'number' } } },
  },
  { name: 'fail', inputSchema: object },
  { name: 'refuse', inputSchema: object },
  { name: 'mixed', inputSchema: object },
  { name: 'huge', inputSchema: object },
  { name: 'echo', inputSchema: object },
  { name: 'wait', inputSchema: object },
  { name: 'slow', inputSchema: object },
  { name: 'die', inputSchema: object },
  { name: 'break', inputSchema: object },
  { name: 'overloaded', inputSchema: object },
  { name: 'files.read/all', description: 'x'.repeat(5000), inputSchema: object },
  { name: 'no schema' },
  { name: 'text only', inputSchema: { type: 'string' } },
  { name: 'big schema', inputSchema: { ...object, description: 'x'.repeat(30_000) } },
];

const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

function answer(name: string, input: Record<string, unknown>, released: Promise<void>, headers: unknown) {
  if (name === 'echo') return text(`I was sent ${JSON.stringify(headers)}`);
  if (name === 'slow') return sleep(2000, text('There.'));
  if (name === 'wait') return released.then(() => text('It was worth waiting.'));
  if (name === 'add') return text(String(Number(input['a']) + Number(input['b'])));
  if (name === 'fail') return { ...text('It did not work out.'), isError: true };
  if (name === 'huge') return text('x'.repeat(11 * 1024 * 1024));
  if (name === 'mixed')
    return {
      content: [
        { type: 'text', text: 'Here it is.' },
        { type: 'image', mimeType: 'image/png', data: Buffer.alloc(12_000).toString('base64') },
        { type: 'resource_link', name: 'Report', uri: 'https://example.com/report' },
        { type: 'resource', resource: { uri: 'file:///notes.txt', text: 'Some notes' } },
      ],
    };
  throw new Error('Nobody may call this.');
}

function buildServer(released: () => Promise<void>, described: ReadonlyMap<string, string>): Server {
  const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
  const listed = () => tools.map((tool) => (described.has(tool.name) ? { ...tool, description: described.get(tool.name) } : tool));
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed() }) as never);
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => {
    const headers = (extra as { requestInfo?: { headers?: unknown } }).requestInfo?.headers;
    return answer(params.name, params.arguments ?? {}, released(), headers) as never;
  });
  return server;
}

interface Message {
  method?: string;
  params?: { name?: string };
}
interface Behaviour {
  /** Required on every request. */
  token?: string;
}

export type ToolServer = Awaited<ReturnType<typeof startToolServer>>;

/** On 127.0.0.1, at `/mcp`; records its calls and how requests ended. */
export async function startToolServer({ token }: Behaviour = {}) {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  let headers: IncomingMessage['headers'] = {};
  let parameters = '';
  const calls: string[] = [];
  const described = new Map<string, string>();
  let lists = 0;
  let sessions = 0;
  let closedEarly = 0;
  let waiting = Promise.withResolvers<void>();

  async function transportFor(request: IncomingMessage): Promise<StreamableHTTPServerTransport> {
    const known = transports.get(String(request.headers['mcp-session-id']));
    if (known) return known;
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        sessions++;
        transports.set(id, transport);
      },
      onsessionclosed: (id) => void transports.delete(id),
    });
    await buildServer(() => waiting.promise, described).connect(transport as never);
    return transport;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    headers = request.headers;
    parameters = (request.url ?? '').split('?')[1] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const message: Message | undefined = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    if (message?.method === 'tools/list') lists++;
    const called = message?.method === 'tools/call' ? message.params?.name : undefined;
    if (request.headers['mcp-session-id'] && !transports.has(String(request.headers['mcp-session-id'])))
      return void response.writeHead(404).end();
    if (called) {
      calls.push(called);
      response.on('close', () => {
        if (!response.writableFinished) closedEarly++;
      });
    }
    if (called === 'die') return void request.socket.destroy();
    if (called === 'overloaded') return void response.writeHead(503).end();
    if (called === 'break') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: message\ndata: {"jsonrpc":"2.0",');
      setTimeout(() => request.socket.destroy(), 20);
      return;
    }
    await (await transportFor(request)).handleRequest(request, response, message);
  }

  const http = await listen((request, response) => void handle(request, response).catch(() => response.destroy()));
  return {
    ...http,
    url: `${http.origin}/mcp`,
    calls,
    /** Headers of the newest request, and the parameters of its URL. */
    get headers() {
      return headers;
    },
    get query() {
      return parameters;
    },
    counts: () => ({ lists, sessions, open: transports.size, closedEarly }),
    /** Changes the description of a tool from now on. */
    describe: (name: string, description: string) => void described.set(name, description),
    /** Releases the waiting responses. */
    release(): void {
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    /** As after a restart. */
    forgetSessions: () => transports.clear(),
  };
}

/** A server of any kind on 127.0.0.1. */
export async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
