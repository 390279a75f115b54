/**
 * Repairs JSON-RPC messages from servers so that the MCP client accepts them. The client drops messages that deviate from its schemas
 * in any way (`error: null` next to a result, an id as text, an unknown content block), and its caller waits until the timeout.
 * The original result is set aside for code that reads it leniently; the client gets an empty one in its place.
 */
/** What the response messages reveal about a request. */
export interface Answering {
  /** Id of the newest request; set when it is sent. */
  requestId?: unknown;
  /** A result or an error has arrived. */
  answered?: boolean;
  /** The result as received, unchecked. */
  answer?: unknown;
  /** The stream can be resumed where it was cut off: its events have ids. */
  resumable?: boolean;
  onProgress(): void;
}

/** A valid result of `tools/call` and of `tools/list` in every version of the protocol. */
const placeholder = { resultType: 'complete', content: [], tools: [], ttlMs: 0, cacheScope: 'private' };
const INTERNAL_ERROR = -32_603;

/** @param text one message or a batch; @returns each message as JSON; text that is not JSON is returned unchanged */
export function repairMessages(text: string, exchange?: Answering): string[] {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return [text];
  }
  return (Array.isArray(message) ? message : [message]).map((each) => JSON.stringify(repair(each, exchange)));
}

function repair(message: unknown, exchange: Answering | undefined): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { id, method, result, error } = message as Record<string, unknown>;
  if (method !== undefined) {
    if (method === 'notifications/progress') exchange?.onProgress();
    return message;
  }
  const own = exchange ? isSame(id, exchange.requestId) : id;
  if (exchange && !own) return message;
  const head = { jsonrpc: '2.0', id: exchange ? exchange.requestId : id };
  const isError = error !== undefined && error !== null;
  if (!isError && !('result' in message)) return message;
  if (exchange) exchange.answered = true;
  if (isError) return { ...head, error: repairError(error) };
  if (!exchange) return { ...head, result };
  exchange.answer = result;
  return { ...head, result: asksForMore(result) ? result : placeholder };
}

/** An error about a message that could not be read has no id. */
const isSame = (id: unknown, requestId: unknown): boolean => id === null || id === undefined || String(id) === String(requestId);

/** The server needs input before it has a result; the client handles that. */
function asksForMore(result: unknown): boolean {
  return typeof result === 'object' && result !== null && (result as Record<string, unknown>)['resultType'] === 'input_required';
}

function repairError(error: unknown): object {
  const { code, message, data } = (typeof error === 'object' ? error : {}) as Record<string, unknown>;
  return {
    code: Number.isInteger(code) ? code : INTERNAL_ERROR,
    message: typeof message === 'string' ? message : typeof error === 'string' ? error : JSON.stringify(error),
    ...(data !== undefined && { data }),
  };
}

/** A stream of server-sent events with each message repaired. */
export async function* repairEvents(bytes: AsyncIterable<Uint8Array>, exchange?: Answering): AsyncGenerator<Uint8Array> {
  let event: string[] = [];
  for await (const line of readLines(bytes)) {
    if (line !== '') {
      event.push(line);
      continue;
    }
    yield Buffer.from(repairEvent(event, exchange));
    event = [];
  }
  // An event without the empty line after it was cut off, and is ignored.
}

function repairEvent(lines: readonly string[], exchange: Answering | undefined): string {
  const isData = (line: string) => /^data(?::|$)/.test(line);
  const data = lines.filter(isData).map((line) => line.replace(/^data:? ?/, ''));
  const rest = lines.filter((line) => !isData(line));
  if (exchange && rest.some((line) => /^id:/.test(line))) exchange.resumable = true;
  const isMessage = data.length > 0 && !rest.some((line) => /^event:/.test(line) && !/^event: ?message$/.test(line));
  if (!isMessage) return `${lines.join('\n')}\n\n`;
  const messages = repairMessages(data.join('\n'), exchange);
  return messages.map((message) => `${[...rest, `data: ${message.replaceAll('\n', '\ndata: ')}`].join('\n')}\n\n`).join('');
}

/** Lines that end with LF, CR or CRLF. */
async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Parts of the current line, joined once it is complete: one event may have millions of characters.
  let begun: string[] = [];
  let endedInReturn = false;
  for await (const chunk of bytes) {
    let text = decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    if (endedInReturn && text.startsWith('\n')) text = text.slice(1);
    endedInReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      yield [...begun, line].join('');
      begun = [];
    }
    begun.push(rest);
  }
}
