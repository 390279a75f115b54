/** Distinguishes a server that uses the older MCP transport (HTTP with SSE, 2024-11) from one that does not exist. */
import { MalformedResponse } from './failure.ts';
import { isHttpError } from './mcp-client.ts';
import { texts } from './texts.ts';

const PROBE_TIMEOUT_MS = 3000;
const MAX_CHARACTERS = 4096;

interface Target {
  url: string;
  headers: Record<string, string>;
}

/** @returns a clearer error if the server turns out to use the older transport, else the failure itself */
export async function nameOlderTransport(failure: unknown, target: () => Target, send: typeof fetch): Promise<unknown> {
  const status = isHttpError(failure) ? failure.status : 0;
  if (status < 400 || status >= 500 || status === 401 || status === 403 || status === 429) return failure;
  return (await beginsWithEndpoint(target(), send).catch(() => false)) ? new MalformedResponse(texts.failures.olderTransport) : failure;
}

/** Its stream starts with the address to post to. */
async function beginsWithEndpoint({ url, headers }: Target, send: typeof fetch): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const response = await send(url, { headers: { ...headers, accept: 'text/event-stream' }, redirect: 'manual', signal });
  const isStream = response.ok && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');
  let text = '';
  if (isStream)
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('latin1');
      if (/^event: ?endpoint\s/m.test(text)) return true;
      if (text.length > MAX_CHARACTERS) break;
    }
  else await response.body?.cancel();
  return false;
}
