/** A session with one MCP server over streamable HTTP: opened when it is first used, kept while it is, closed when nobody has used it for long. */
import { type CallToolResult, Client, SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { during, type Exchange, outsideOfCalls, watchFetch } from './exchange.ts';
import { BrokenAnswer } from './failure.ts';
import { MAX_TOOLS } from './offered-tools.ts';

export type ToolSession = ReturnType<typeof createToolSession>;

interface Options {
  url: string;
  /** Asked when a session opens. */
  token: () => string | undefined;
  send: typeof fetch;
  version: string;
  /** Milliseconds without use after which it is closed. */
  idleMs?: number;
}

interface CallableTool {
  name: string;
  inputSchema: object;
}
type CallState = Pick<Exchange, 'signal' | 'sent'>;

const OPEN_MS = 5000;
const IDLE_MS = 5 * 60_000;
const CLOSE_MS = 1000;
const MAX_PAGES = 10;
/** A result may still be on its way through the client when its body is over. */
const GRACE_MS = 500;

/** Read leniently: one tool that does not fit must not take the others along. */
const page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

export function createToolSession({ url, token, send, version, idleMs = IDLE_MS }: Options) {
  let opened: Promise<{ client: Client; transport: StreamableHTTPClientTransport }> | undefined;
  let uses = 0;
  let retired = false;
  let idle: NodeJS.Timeout | undefined;

  async function connect(signal: AbortSignal) {
    // Schemas that servers send for their results are not compiled to code here, and so not checked.
    const jsonSchemaValidator = { getValidator: () => (data: unknown) => ({ valid: true, data, errorMessage: undefined }) as never };
    const client = new Client(
      { name: 'Guildhall', version },
      { versionNegotiation: { mode: 'auto' }, inputRequired: { autoFulfill: false }, jsonSchemaValidator },
    );
    const bearer = token();
    const headers = { 'user-agent': 'Guildhall', ...(bearer && { authorization: `Bearer ${bearer}` }) };
    const transport = new StreamableHTTPClientTransport(new URL(url), { fetch: watchFetch(send), requestInit: { headers } });
    try {
      await client.connect(transport, { timeout: OPEN_MS, signal });
    } catch (error) {
      // While versions are negotiated, the client has not taken the transport over.
      await Promise.allSettled([client.close(), transport.close()]);
      throw error;
    }
    return { client, transport };
  }

  /** Opened for all who need it, so not by the signal of one; `signal` ends the wait. */
  async function open(signal: AbortSignal) {
    signal.throwIfAborted();
    if (!opened) {
      const opening = outsideOfCalls(() => connect(AbortSignal.timeout(OPEN_MS)));
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
    // Servers forget it by themselves in the end.
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

  /** What a server says of a session that it has forgotten: 404 by the protocol, 400 in many. It has done nothing then. */
  const isForgotten = (error: unknown, sessionId: string | undefined) =>
    sessionId !== undefined && error instanceof SdkHttpError && (error.status === 404 || error.status === 400);

  /** Runs `work` in the session, and once more in a new one where the server has forgotten this one. */
  async function inSession<T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
    const isNew = opened === undefined;
    const { client, transport } = await open(signal);
    try {
      return await work(client);
    } catch (error) {
      if (isNew || !isForgotten(error, transport.sessionId)) throw error;
      // Not closed: other calls may be waiting for their answers in it.
      if ((await opened?.catch(() => undefined))?.client === client) opened = undefined;
      return work((await open(signal)).client);
    }
  }

  return {
    /** @returns what the server says its tools are, unread */
    list: (signal: AbortSignal): Promise<unknown[]> =>
      use(() =>
        inSession(signal, async (client) => {
          const done = new AbortController();
          const exchange = { signal: AbortSignal.any([signal, done.signal]), sent: false, onEnd: () => undefined };
          try {
            return await during(exchange, () => readTools(client, signal));
          } finally {
            done.abort();
          }
        }),
      ),

    /**
     * @param exchange `sent` is set when the call failed and may have been carried out all the same
     * @throws what the client throws, and when the answer broke off
     */
    call: (tool: CallableTool, input: unknown, exchange: CallState): Promise<CallToolResult> =>
      use(() => inSession(exchange.signal, (client) => callOnce(client, tool, input, exchange))),

    /** Closes it as soon as nobody uses it; calls that are under way end as they would. */
    async retire(): Promise<void> {
      retired = true;
      if (uses === 0) await close();
    },
    /** Ends everything that is under way. */
    close,
  };
}

async function readTools(client: Client, signal: AbortSignal): Promise<unknown[]> {
  const tools: unknown[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < MAX_PAGES && tools.length <= MAX_TOOLS; read++) {
    const request = { method: 'tools/list' as const, params: cursor === undefined ? {} : { cursor } };
    const answer = await client.request(request, page, { signal });
    tools.push(...answer.tools);
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return tools;
}

async function callOnce(client: Client, tool: CallableTool, input: unknown, exchange: CallState): Promise<CallToolResult> {
  const broken = new AbortController();
  const signal = AbortSignal.any([exchange.signal, broken.signal]);
  // With an event's id, the client goes on reading after a broken connection: that asks for the answer, not for the call again.
  let resumable = false;
  const onresumptiontoken = () => {
    resumable = true;
  };
  const attempt: Exchange = {
    signal,
    sent: false,
    onEnd: (reason) => {
      if (reason instanceof BrokenAnswer) broken.abort(reason);
      else if (!resumable) setTimeout(() => broken.abort(new BrokenAnswer('Its answer broke off.')), GRACE_MS).unref();
    },
  };
  // The definition tells which arguments the protocol wants as headers too. The signal is the time-out.
  const options = { signal, timeout: 2 ** 31 - 1, onresumptiontoken, toolDefinition: tool as never };
  try {
    return await during(attempt, () => client.callTool({ name: tool.name, arguments: input as Record<string, unknown> }, options));
  } catch (error) {
    const refused = error instanceof SdkHttpError && error.status >= 400 && error.status < 500;
    exchange.sent = attempt.sent && !refused;
    throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    // A server may leave the answer open after the result.
    broken.abort();
  }
}
