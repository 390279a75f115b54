/** A session with one MCP server over streamable HTTP: opened on first use, closed when idle. */
import type { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { during, type Exchange, outsideOfCalls, resumeDelay, watchFetch } from './exchange.ts';
import { MalformedResponse, TimedOut } from './failure.ts';
import { hasClientCode, isClientError, isHttpError, loadMcpClient } from './mcp-client.ts';
import { texts } from './texts.ts';
import { MAX_TOOLS } from './tool-definition.ts';

export type ToolSession = ReturnType<typeof createToolSession>;

interface Options {
  /** Read when a session opens: the full address, and the credentials. */
  target: () => { url: string; headers: Record<string, string> };
  send: typeof fetch;
  version: string;
  timeouts?: Partial<CallTimeouts> | undefined;
  /** Idle time after which it is closed, in ms. */
  idleMs?: number;
}

interface CallableTool {
  name: string;
  inputSchema: object;
}
type CallState = Pick<Exchange, 'signal' | 'sent'>;

/** Timeouts in ms. */
export interface CallTimeouts {
  /** Until a session is open: a bridge may have to start a program first. */
  open: number;
  /** Without a response or progress. */
  quiet: number;
}

const DEFAULT_TIMEOUTS: CallTimeouts = { open: 30_000, quiet: 60_000 };
const IDLE_MS = 5 * 60_000;
const CLOSE_MS = 1000;
const MAX_PAGES = 10;
/** No timeout: other limits apply. */
const FOREVER_MS = 2 ** 31 - 1;
const DONE = new MalformedResponse('done');

export function createToolSession({ target, send, version, timeouts, idleMs = IDLE_MS }: Options) {
  const within = { ...DEFAULT_TIMEOUTS, ...timeouts };
  let opened: Promise<{ client: Client; transport: StreamableHTTPClientTransport }> | undefined;
  let uses = 0;
  let retired = false;
  let idle: NodeJS.Timeout | undefined;
  /** Set once a server has failed to respond to the probe for newer servers. */
  let isOlder = false;

  async function connect(signal: AbortSignal) {
    // Result schemas from servers are not compiled to code here, so results are not validated.
    const jsonSchemaValidator = { getValidator: () => (data: unknown) => ({ valid: true, data, errorMessage: undefined }) as never };
    const versionNegotiation = isOlder
      ? { mode: 'legacy' as const }
      : { mode: 'auto' as const, probe: { timeoutMs: Math.ceil(within.open / 3) } };
    const mcp = await loadMcpClient();
    const client = new mcp.Client(
      { name: 'Guildhall', version },
      { versionNegotiation, inputRequired: { autoFulfill: false }, jsonSchemaValidator },
    );
    const { url, headers } = target();
    const transport = new mcp.StreamableHTTPClientTransport(new URL(url), {
      fetch: watchFetch(send),
      requestInit: { headers: { 'user-agent': 'Guildhall', ...headers } },
      reconnectionScheduler: (reconnect, delay) => {
        const timer = setTimeout(reconnect, resumeDelay(delay));
        return () => clearTimeout(timer);
      },
    });
    try {
      await client.connect(transport, { timeout: within.open, signal });
    } catch (error) {
      // During version negotiation the client does not own the transport yet.
      await Promise.allSettled([client.close(), transport.close()]);
      throw error;
    }
    return { client, transport };
  }

  /** A server from before 2026-07 may hang, fail or respond uselessly to the probe; then the older handshake is used. */
  async function greet() {
    const signal = AbortSignal.timeout(within.open);
    try {
      return await connect(signal);
    } catch (error) {
      if (isOlder || signal.aborted || !mayBeOlder(error)) throw error;
      isOlder = true;
      return connect(signal);
    }
  }

  /** The session is shared, so one caller’s `signal` ends only its own wait, not the opening. */
  async function open(signal: AbortSignal) {
    signal.throwIfAborted();
    if (!opened) {
      const opening = outsideOfCalls(greet);
      opening.catch(() => {
        if (opened === opening) opened = undefined;
      });
      opened = opening;
    }
    const aborted = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
    return Promise.race([opened, aborted.promise]);
  }

  async function close(): Promise<void> {
    clearTimeout(idle);
    const closing = opened;
    opened = undefined;
    const { client, transport } = (await closing?.catch(() => undefined)) ?? {};
    if (!client || !transport) return;
    const timeout = setTimeout(() => void client.close(), CLOSE_MS);
    // Servers drop idle sessions anyway.
    await transport.terminateSession().catch(() => undefined);
    clearTimeout(timeout);
    await client.close();
  }

  async function use<T>(work: () => Promise<T>): Promise<T> {
    uses++;
    clearTimeout(idle);
    try {
      return await work();
    } finally {
      uses--;
      if (uses === 0 && retired) void close();
      else if (uses === 0) idle = setTimeout(() => void close(), idleMs).unref();
    }
  }

  /** The response to an expired session: 404 by the protocol, 400 from many servers. The request had no effect. */
  const isForgotten = (error: unknown, sessionId: string | undefined) =>
    sessionId !== undefined && isHttpError(error) && (error.status === 404 || error.status === 400);

  /** Runs `work` in the session, and once more in a new one if the server has dropped this one. */
  async function inSession<T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
    const isNew = opened === undefined;
    const { client, transport } = await open(signal);
    try {
      return await work(client);
    } catch (error) {
      if (isNew || !isForgotten(error, transport.sessionId)) throw error;
      // Not closed: other calls may still be waiting for responses in it.
      if ((await opened?.catch(() => undefined))?.client === client) opened = undefined;
      return work((await open(signal)).client);
    }
  }

  return {
    /** @returns the tools the server lists, not validated; `more`: it has others */
    list: (signal: AbortSignal): Promise<Listed> => use(() => inSession(signal, (client) => readTools(client, signal))),

    /**
     * @param state `sent` is set if the call failed but may have been executed
     * @returns the result as the server sent it
     * @throws what the client throws; MalformedResponse, TimedOut, TooLarge
     */
    call: (tool: CallableTool, input: unknown, state: CallState): Promise<unknown> =>
      use(() => inSession(state.signal, (client) => callOnce(client, { tool, input, state, within }))),

    /** Closes it as soon as it is unused; calls in flight finish normally. */
    async retire(): Promise<void> {
      retired = true;
      if (uses === 0) await close();
    },
    /** Aborts everything in flight. */
    close,
  };
}

export interface Listed {
  tools: unknown[];
  more: boolean;
}

/** Reads pages up to the limit; stops at a cursor it has already followed. */
async function readTools(client: Client, signal: AbortSignal): Promise<Listed> {
  const tools: unknown[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let read = 0; read < MAX_PAGES && tools.length <= MAX_TOOLS; read++) {
    const page = readPage(await askForPage(client, cursor, signal));
    tools.push(...page.tools.slice(0, MAX_TOOLS + 1));
    cursor = page.next !== undefined && cursors.has(page.next) ? undefined : page.next;
    if (cursor === undefined) break;
    cursors.add(cursor);
  }
  return { tools: tools.slice(0, MAX_TOOLS), more: tools.length > MAX_TOOLS || cursor !== undefined };
}

async function askForPage(client: Client, cursor: string | undefined, signal: AbortSignal): Promise<unknown> {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const exchange: Exchange = { signal: either, sent: false, onProgress: () => undefined, onEnd: (reason) => ending.abort(reason) };
  const params = cursor === undefined ? {} : { cursor };
  try {
    await during(exchange, () => client.request({ method: 'tools/list', params }, { signal: either, timeout: FOREVER_MS }));
    return exchange.answer;
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    ending.abort(DONE);
  }
}

function readPage(page: unknown): { tools: unknown[]; next: string | undefined } {
  const { tools, nextCursor } = (typeof page === 'object' && page !== null ? page : {}) as Record<string, unknown>;
  if (!Array.isArray(tools)) throw new MalformedResponse(texts.failures.noList);
  return { tools, next: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined };
}

interface Calling {
  tool: CallableTool;
  input: unknown;
  state: CallState;
  within: CallTimeouts;
}

async function callOnce(client: Client, { tool, input, state, within }: Calling): Promise<unknown> {
  const ending = new AbortController();
  const quiet = setTimeout(() => ending.abort(new TimedOut(texts.failures.silent(within.quiet / 1000))), within.quiet);
  const signal = AbortSignal.any([state.signal, ending.signal]);
  const exchange: Exchange = { signal, sent: false, onProgress: () => void quiet.refresh(), onEnd: (reason) => ending.abort(reason) };
  // The server reports progress only if there is a listener. The definition says which arguments the protocol also wants as headers.
  const options = { signal, timeout: FOREVER_MS, onprogress: () => undefined, toolDefinition: tool as never };
  try {
    await during(exchange, () => client.callTool({ name: tool.name, arguments: input as Record<string, unknown> }, options));
    return exchange.answer;
  } catch (error) {
    state.sent = exchange.sent && !isRefused(error);
    throw ending.signal.aborted || signal.reason instanceof TimedOut ? signal.reason : error;
  } finally {
    clearTimeout(quiet);
    // A server may leave the response open after the result.
    ending.abort(DONE);
  }
}

/** The call was not executed: the server rejected the request, or redirected it. */
const isRefused = (error: unknown): boolean =>
  isHttpError(error) && ((error.status >= 400 && error.status < 500) || [301, 302, 307, 308].includes(error.status));

/** The server responded, but not as a newer one would. An unreachable server, or one that rejects us, is not retried. */
function mayBeOlder(error: unknown): boolean {
  if (isHttpError(error)) return error.status >= 500;
  if (!isClientError(error)) return false;
  const { cause } = error;
  const isUnusable = cause instanceof SyntaxError || hasClientCode(cause, 'ClientHttpUnexpectedContent');
  return hasClientCode(error, 'RequestTimeout') || isUnusable;
}
