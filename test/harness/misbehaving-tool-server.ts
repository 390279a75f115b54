/** A hand-written MCP server, for messages that the protocol’s own SDK would not let a server send. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './tool-servers.ts';

export interface Asked {
  id: number;
  /** Name of the tool. */
  name: string;
  input: Record<string, unknown>;
  /** The token for progress notifications. */
  progressToken: unknown;
  request: IncomingMessage;
  response: ServerResponse;
  /** Responds with JSON. */
  json(body: unknown): void;
  /** Starts or continues an event stream. */
  event(message: unknown, id?: string): void;
}

interface Behavior {
  tools?: readonly unknown[];
  /** Replaces the tool list; @returns the result of `tools/list` */
  list?: (params: { cursor?: string }) => unknown;
  call?: (asked: Asked) => void;
  /** A request to resume a stream. */
  resume?: (lastEventId: string, response: ServerResponse) => void;
  /** Runs before a request is parsed as MCP; returns true if it has responded. */
  before?: (request: IncomingMessage, response: ServerResponse, method: string | undefined) => boolean;
}

interface Message {
  id?: number;
  method?: string;
  params?: { cursor?: string; name?: string; arguments?: Record<string, unknown>; _meta?: { progressToken?: unknown } };
}

/** On 127.0.0.1, at `/mcp`. `behavior` can be changed at any time. */
export async function startMisbehavingServer(behavior: Behavior) {
  const calls: string[] = [];
  /** Requested methods, in order. */
  const asked: string[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const message: Message = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const { id = 0, method, params = {} } = message;
    if (method) asked.push(method);
    if (behavior.before?.(request, response, method)) return;
    const lastEventId = request.headers['last-event-id'];
    if (request.method === 'GET' && typeof lastEventId === 'string' && behavior.resume) return behavior.resume(lastEventId, response);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    if (message.id === undefined) return void response.writeHead(202).end();
    const json = (body: unknown) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const result = (value: unknown) => json({ jsonrpc: '2.0', id, result: value });
    if (method === 'initialize')
      return result({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'odd', version: '1' } });
    if (method === 'tools/list') return result(behavior.list ? behavior.list(params) : { tools: behavior.tools ?? [] });
    if (method !== 'tools/call') return json({ jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } });
    const { name = '', arguments: input = {}, _meta } = params;
    calls.push(name);
    const event = (value: unknown, eventId?: string) => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`${eventId === undefined ? '' : `id: ${eventId}\n`}data: ${value === '' ? '' : JSON.stringify(value)}\n\n`);
    };
    behavior.call?.({ id, name, input, progressToken: _meta?.progressToken, request, response, json, event });
  }

  const http = await listen((request, response) => void handle(request, response).catch(() => response.destroy()));
  return { ...http, url: `${http.origin}/mcp`, calls, asked, behavior };
}
