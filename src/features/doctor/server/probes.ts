/**
 * What the doctor asks for through the public address, to see what proxies do to requests. Only a doctor of this installation can: it
 * signs with SESSION_SECRET.
 */
import * as contract from '#features/doctor/contract.ts';
import { HttpProblem, tooLarge } from '#kernel/errors.ts';
import { canonicalAddress, readHops } from '#kernel/http/address.ts';
import { type EventStream, formatEvent } from '#kernel/http/event-stream.ts';
import { type Guard, type Route, reply, route } from '#kernel/http/route.ts';
import { isProbeToken } from './probe-token.ts';
import { texts } from './texts/texts.ts';

export const PROBE_EVENTS = 6;
export const PROBE_INTERVAL_MS = 100;

const SCHEME = /^bearer +(\S+)$/i;

interface Options {
  sessionSecrets: readonly string[];
  /** Of a probe's body. */
  maxBytes: number;
}

/** No rate limits: only who has SESSION_SECRET passes the guard, which costs one HMAC. */
export function probeRoutes({ sessionSecrets, maxBytes }: Options): Route[] {
  const withToken: Guard<null> = {
    role: 'bearer',
    credential: 'doctorToken',
    authorize({ request }) {
      const token = SCHEME.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (isProbeToken(token, sessionSecrets)) return null;
      throw new HttpProblem(401, 'doctor_token', texts.problems.token, { headers: { 'www-authenticate': 'Bearer' } });
    },
  };

  return [
    route(contract.probeRequest, [], withToken, async ({ ctx: { request } }) => {
      const { remoteAddress = '', remotePort = 0 } = request.socket;
      const forwardedFor = request.headers['x-forwarded-for'];
      return reply(200, {
        ...readHops(request),
        peer: canonicalAddress(remoteAddress) ?? remoteAddress,
        peerPort: remotePort,
        forwardedFor: forwardedFor === undefined ? null : String(forwardedFor),
      });
    }),
    route(contract.probeEvents, [], withToken, async () => reply(200, sendEvents)),
    route(contract.probeBody, [], withToken, async ({ ctx }) => {
      let bytes = 0;
      for await (const chunk of ctx.request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
      }
      return reply(200, { bytes });
    }),
  ];
}

/** Each event carries the milliseconds since the first one. */
function sendEvents(stream: EventStream): void {
  const begun = performance.now();
  let sent = 0;
  function sendNext(): void {
    stream.send(formatEvent(++sent, 'probe', { ms: Math.round(performance.now() - begun) }));
    if (sent < PROBE_EVENTS) return;
    clearInterval(timer);
    stream.end();
  }
  const timer = setInterval(sendNext, PROBE_INTERVAL_MS);
  stream.onClose(() => clearInterval(timer));
  sendNext();
}
