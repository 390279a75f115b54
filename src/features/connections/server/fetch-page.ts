/** Reads one web page as text for an agent: allowed hosts and public addresses only, limited in time and size. */
import { isAllowedHost } from '#features/connections/hosts.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { explainFailure } from './failure.ts';
import { MAX_HTML, toMarkdown } from './to-markdown.ts';

export interface Page {
  /** HTML as Markdown, other text unchanged. */
  text: string;
  title?: string | undefined;
  /** Final address, after redirects. */
  url: string;
  /** Without parameters: `text/html`. */
  mediaType: string;
  /** The page was longer. */
  truncated: boolean;
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 5 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const textual = /^(?:text\/.+|application\/(?:.+\+)?(?:json|xml|yaml)|application\/(?:javascript|x-yaml|toml|x-ndjson|sql))$/;

/** The model can correct all of these, so each has a sentence for it. */
const pageProblem = (code: string, detail: string, cause?: unknown) => new HttpProblem(422, code, detail, { cause });

interface Reading {
  organizationId: string;
  /** Hosts the organization allows. */
  hosts: readonly string[];
  /** Reaches public addresses only, and throws an HttpProblem for others. */
  send: typeof fetch;
}

/**
 * @throws HttpProblem: `address_invalid`, `host_not_allowed`, `private_address`, `page_unreachable`, `page_refused`, `too_many_redirects`,
 *   `not_text`, `page_unreadable`; and the signal’s reason
 */
export async function fetchPage(address: string, { organizationId, hosts, send }: Reading, signal: AbortSignal): Promise<Page> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const { response, url } = await follow(address, hosts, send, deadline);
    return await readPage(response, url, organizationId, deadline);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HttpProblem) throw error;
    throw pageProblem('page_unreachable', `${hostOf(address)} could not be read. ${explainFailure(error, TIMEOUT_MS / 1000)}`, error);
  }
}

async function follow(address: string, hosts: readonly string[], send: typeof fetch, signal: AbortSignal) {
  let url = readAddress(address);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    requireAllowed(url, hosts, hops > 0);
    const response = await send(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'text/html, text/*, application/json, */*;q=0.1', 'user-agent': 'Guildhall' },
    });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return { response, url };
    await response.body?.cancel();
    url = readAddress(location, url);
  }
  throw pageProblem('too_many_redirects', `${hostOf(address)} redirects more than ${MAX_REDIRECTS} times. Use the final address.`);
}

function readAddress(address: string, base?: URL): URL {
  if (!URL.canParse(address, base))
    throw pageProblem('address_invalid', 'Invalid address. Use a full URL, for example https://example.com/page.');
  const url = new URL(address, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw pageProblem('address_invalid', 'Only https:// and http:// addresses can be read.');
  if (url.username !== '' || url.password !== '')
    throw pageProblem('address_invalid', 'Remove the user name and password from the address.');
  return url;
}

function requireAllowed({ hostname }: URL, hosts: readonly string[], redirected: boolean): void {
  if (isAllowedHost(hostname, hosts)) return;
  const what = redirected ? `The page redirects to ${hostname}, which is not on` : `${hostname} is not on`;
  throw pageProblem('host_not_allowed', `${what} the list of allowed hosts. An admin can add it under Settings → Connections.`);
}

async function readPage(response: Response, url: URL, organizationId: string, signal: AbortSignal): Promise<Page> {
  if (!response.ok) {
    await response.body?.cancel();
    throw pageProblem('page_refused', `${url.hostname} answered HTTP ${response.status} for this address.`);
  }
  const [mediaType = '', parameters = ''] = splitOnce(response.headers.get('content-type') ?? 'text/plain', ';');
  if (!textual.test(mediaType) && mediaType !== 'application/xhtml+xml') {
    await response.body?.cancel();
    throw pageProblem('not_text', `This is ${mediaType}; only text can be read.`);
  }
  const { bytes, cut } = await readBytes(response);
  const text = decode(bytes, parameters);
  if (mediaType !== 'text/html' && mediaType !== 'application/xhtml+xml') return { text, url: url.href, mediaType, truncated: cut };
  const html = text.slice(0, MAX_HTML);
  const { markdown, title } = await toMarkdown({ html, base: url.href }, organizationId, signal).catch((error) => {
    signal.throwIfAborted();
    throw pageProblem('page_unreadable', `The page at ${url.hostname} could not be parsed.`, error);
  });
  return { text: markdown, title, url: url.href, mediaType, truncated: cut || text.length > html.length };
}

/** Counts decompressed bytes, so that a small response cannot expand without limit. */
async function readBytes(response: Response): Promise<{ bytes: Buffer; cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    chunks.push(chunk);
    // Leaving the loop closes the connection.
    if (size > MAX_BYTES) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, MAX_BYTES), cut: size > MAX_BYTES };
}

/** Charset from the response header, else from the start of the page, else UTF-8. */
function decode(bytes: Buffer, parameters: string): string {
  const beginning = bytes.toString('latin1', 0, 1024);
  const named = /charset="?([^\s";]+)/i.exec(parameters)?.[1] ?? /<meta[^>]+charset=["']?([\w-]+)/i.exec(beginning)?.[1];
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function splitOnce(text: string, by: string): string[] {
  const at = text.indexOf(by);
  return at < 0 ? [text.trim().toLowerCase()] : [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1)];
}

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).hostname : 'The page');
