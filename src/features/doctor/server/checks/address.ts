/** The public address: what proxies on the way do to requests and responses. */
import { probeBody, probeEvents } from '#features/doctor/contract.ts';
import { canonicalAddress } from '#kernel/http/address.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import { ask, open, reasonOf } from '../http.ts';
import { PROBE_EVENTS, PROBE_INTERVAL_MS } from '../probes.ts';
import { askThroughPublicUrl, probeHeaders } from '../public-answer.ts';
import { texts } from '../texts/address.ts';
import { texts as general } from '../texts/texts.ts';

const EVENT_TRIES = 3;
/** Nobody has this address: it is reserved for documentation. */
const MADE_UP = '192.0.2.77';

async function checkPublicUrl(ctx: Context): Promise<Finding> {
  const { production, publicUrl = '' } = ctx.settings;
  const begun = performance.now();
  const result = await ctx.publicAnswer();
  if ('unset' in result) return production ? warning(texts.publicUrl.unset) : skipped(texts.publicUrl.unset.detail);
  if ('seen' in result) return ok(texts.publicUrl.ok(publicUrl, performance.now() - begun));
  if ('error' in result) {
    if (!(await ctx.anyServerRuns())) return skipped(texts.publicUrl.notYet(publicUrl));
    return failed(texts.publicUrl.unreachable(publicUrl, result.error));
  }
  const { status } = result.answer;
  if (result.code === 'doctor_token') return failed(texts.publicUrl.wrongSecret(publicUrl));
  if (result.code === 'wrong_host') return failed(texts.publicUrl.wrongHost(publicUrl));
  if (status < 502 || status > 504) return failed(texts.publicUrl.otherProgram(publicUrl, status));
  return (await ctx.anyServerRuns()) ? failed(texts.publicUrl.noServer(publicUrl, status)) : skipped(texts.publicUrl.notYet(publicUrl));
}

const expectedHeaders: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'self'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\)/,
  'cross-origin-resource-policy': /^same-origin$/,
};

async function checkHeaders({ settings: { publicUrl = '' }, signal }: Context): Promise<Finding> {
  const { headers } = await ask(`${publicUrl}/`, { signal });
  const expected = { ...expectedHeaders, ...(publicUrl.startsWith('https:') && { 'strict-transport-security': /max-age=[1-9]\d{5}/ }) };
  const missing = Object.entries(expected).flatMap(([name, value]) => (value.test(String(headers[name] ?? '')) ? [] : name));
  return missing.length > 0 ? warning(texts.headers.missing(missing.join(', '))) : ok(texts.headers.ok(Object.keys(expected).length));
}

interface Arrival {
  /** Both in milliseconds: since the first event was sent, and when it arrived. */
  sent: number;
  arrived: number;
}

async function readEvents(ctx: Context, arrivals: Arrival[]): Promise<void> {
  const { settings, signal } = ctx;
  const stream = await open(settings.publicUrl + probeEvents.path, {
    headers: { ...probeHeaders(ctx), accept: 'text/event-stream' },
    signal,
  });
  if (stream.statusCode !== 200) throw new Error(`HTTP ${stream.statusCode}`);
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const sent = /^data: \{"ms":(\d+)\}$/m.exec(event)?.[1];
      if (sent !== undefined) arrivals.push({ sent: Number(sent), arrived: performance.now() });
    }
  }
}

async function measureEvents(ctx: Context): Promise<Finding> {
  const arrivals: Arrival[] = [];
  let reason: string = texts.events.ended;
  try {
    await readEvents(ctx, arrivals);
  } catch (error) {
    reason = ctx.signal.aborted ? texts.events.late : reasonOf(error);
  }
  const [first, last] = [arrivals[0], arrivals.at(-1)];
  if (arrivals.length < PROBE_EVENTS || !first || !last) return failed(texts.events.broken(arrivals.length, PROBE_EVENTS, reason));
  const [sent, arrived] = [last.sent - first.sent, Math.round(last.arrived - first.arrived)];
  if (arrived < sent / 2) return failed(texts.events.buffered(PROBE_EVENTS, sent, arrived));
  const gaps = arrivals.slice(1).map((each, index) => each.arrived - (arrivals[index]?.arrived ?? 0));
  const together = gaps.filter((gap) => gap < PROBE_INTERVAL_MS / 5).length;
  if (together >= PROBE_EVENTS / 3) return warning(texts.events.lumps(PROBE_EVENTS, together));
  const late = Math.max(...arrivals.map((each) => each.arrived - first.arrived - (each.sent - first.sent)));
  return ok(texts.events.ok(PROBE_EVENTS, PROBE_INTERVAL_MS, Math.max(0, Math.round(late))));
}

/** A proxy that holds events back always does; a machine that is busy does not. */
async function checkEvents(ctx: Context): Promise<Finding> {
  let finding = await measureEvents(ctx);
  for (let tries = 1; tries < EVENT_TRIES && finding.status !== 'ok' && !ctx.signal.aborted; tries++) finding = await measureEvents(ctx);
  return finding;
}

async function checkSize(ctx: Context): Promise<Finding> {
  const { settings, signal } = ctx;
  const { maxFileBytes } = settings.bodies;
  const megabytes = Math.round(maxFileBytes / 1024 / 1024);
  try {
    const headers = { ...probeHeaders(ctx), 'content-type': 'application/octet-stream' };
    const { status } = await ask(settings.publicUrl + probeBody.path, {
      method: 'POST',
      body: Buffer.alloc(maxFileBytes),
      headers,
      signal,
    });
    return status === 200 ? ok(texts.size.ok(megabytes)) : failed(texts.size.rejected(megabytes, status));
  } catch (error) {
    if (signal.aborted) throw error;
    return failed(texts.size.broken(megabytes, reasonOf(error)));
  }
}

/** The addresses in X-Forwarded-For, the client's first; proxies add ports, brackets and quotes. */
function addressesIn(header: string | null): string[] {
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^"|"$/g, '')
      .replace(/^\[(.*)\](?::\d+)?$/, '$1')
      .replace(/^([\d.]+):\d+$/, '$1');
  return header === null ? [] : header.split(',').map((text) => canonicalAddress(bare(text)) ?? bare(text));
}

/** Sends one request as it is, and one with a made-up address: the server must believe neither too much nor too little. */
async function checkClient(ctx: Context): Promise<Finding> {
  const { trustProxy, production, tls } = ctx.settings;
  const plain = await ctx.publicAnswer();
  const forged = await askThroughPublicUrl(ctx, ctx.signal, { 'x-forwarded-for': MADE_UP });
  if (!('seen' in plain) || !('seen' in forged)) return skipped(general.needs.public);
  const { seen, answer } = plain;
  const direct = seen.peerPort === answer.local.port;
  const addresses = addressesIn(seen.forwardedFor);
  const [client] = addresses;
  if (forged.seen.address === MADE_UP) {
    if (client !== undefined || (direct && trustProxy !== undefined)) return failed(texts.client.spoofable(addresses.length));
    if (!direct) return failed(texts.client.passedOn);
    return production ? warning(texts.client.near) : ok(texts.client.nearInDevelopment);
  }
  // Where TLS ends in the server, only the network itself can have changed the address.
  if (client === undefined) return direct || tls ? ok(texts.client.ok(seen.address, 0)) : warning(texts.client.noHeader(seen.address));
  // By number: the doctor and the proxy may share a machine, and so an address.
  const shared = seen.hops < addresses.length;
  return shared ? failed(texts.client.shared(seen.address, addresses.length)) : ok(texts.client.ok(seen.address, addresses.length));
}

export const addressChecks: readonly Check[] = [
  { code: 'public_url', run: checkPublicUrl },
  { code: 'security_headers', needs: ['public'], run: checkHeaders },
  { code: 'event_stream', needs: ['public'], run: checkEvents },
  { code: 'request_size', needs: ['public'], run: checkSize },
  { code: 'client_address', needs: ['public'], run: checkClient },
];
