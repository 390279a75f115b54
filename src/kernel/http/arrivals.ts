/**
 * Requests that have arrived and not begun. A turn of the event loop begins some of them, and then what is in work goes on: otherwise a
 * process that gets more requests than it can even refuse would do nothing but begin new ones. Those that wait here cost almost nothing, so
 * most refusals under a heavy overload happen here, before anything is known but the method, the path and the cookie.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createFairQueue, type Waiting } from './fair-queue.ts';
import { createRefusal } from './refusal.ts';
import { requestIdFor } from './request-id.ts';

/**
 * Milliseconds that a turn of the event loop spends on beginning requests, and on refusing them. Turns must stay short: each accepts one
 * connection.
 */
const TURN_MS = 1;
const MAX_WAITING = 4000;
/** Milliseconds that a request waits at most, and the same once some have always waited for as long as a burst lasts. */
const BURST_MS = 2000;
const CROWDED_MS = 200;
/** How soon to look again while everyone has to wait. */
const LOOK_AGAIN_MS = 5;
const probes = /^\/(?:api\/health|metrics)/;

interface Arrival extends Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly since: number;
}

interface Options {
  /** Whether a request that only reads would have to wait long anyway. */
  isFull: () => boolean;
  noteRefused?: (reason: 'queue_full' | 'waited') => void;
  /** In milliseconds. */
  now?: () => number;
}

export type Arrivals = ReturnType<typeof createArrivals>;

export function createArrivals({ isFull, noteRefused, now = () => performance.now() }: Options) {
  /** What changes something, and probes: before what reads. */
  const urgent = createFairQueue<Arrival>();
  const others = createFairQueue<Arrival>();
  /** Milliseconds that this turn has spent on beginning requests. */
  let spent = 0;
  let turning = false;
  /** Since when some have always waited. */
  let waitingSince = 0;

  const mayBeginOther = () => others.size() === 0 && !isFull();
  const anyone = () => true;

  function refuse({ request, response }: Arrival, reason: 'queue_full' | 'waited'): void {
    noteRefused?.(reason);
    const { headers, body } = createRefusal(requestIdFor(request));
    response.writeHead(503, headers).end(body);
  }

  function refuseLate(queue: typeof urgent): void {
    const at = now();
    const longest = at - waitingSince > BURST_MS ? CROWDED_MS : BURST_MS;
    for (const arrival of queue.all()) {
      if (at - arrival.since < longest || now() - at > TURN_MS) break;
      queue.remove(arrival);
      refuse(arrival, 'waited');
    }
  }

  function takeTurn(listener: RequestListener): void {
    turning = false;
    spent = 0;
    refuseLate(urgent);
    refuseLate(others);
    while (spent < TURN_MS) {
      const next = urgent.next(anyone) ?? (isFull() ? undefined : others.next(anyone));
      if (!next) break;
      // Its client may have left.
      if (!next.response.closed) begin(next, listener);
    }
    // Has no effect if some have begun: then the next turn is at once.
    if (others.size() + urgent.size() > 0) schedule(listener, true);
  }

  function schedule(listener: RequestListener, later = false): void {
    if (turning) return;
    turning = true;
    if (later) setTimeout(takeTurn, LOOK_AGAIN_MS, listener);
    else setImmediate(takeTurn, listener);
  }

  function begin({ request, response }: Pick<Arrival, 'request' | 'response'>, listener: RequestListener): void {
    schedule(listener);
    const began = now();
    listener(request, response as Parameters<RequestListener>[1]);
    spent += now() - began;
  }

  return {
    /** @returns a listener that begins each request at once, unless this turn has spent its time */
    pace(listener: RequestListener): RequestListener {
      return (request, response) => {
        const isUrgent = request.method !== 'GET' || probes.test(request.url ?? '');
        if (spent < TURN_MS && urgent.size() === 0 && (isUrgent || mayBeginOther())) return begin({ request, response }, listener);
        const key = request.headers.cookie ?? request.headers.authorization ?? request.socket.remoteAddress ?? '';
        const arrival = { key, request, response, since: now() };
        const queue = isUrgent ? urgent : others;
        if (queue.size() >= MAX_WAITING) return refuse(arrival, 'queue_full');
        if (others.size() + urgent.size() === 0) waitingSince = arrival.since;
        queue.add(arrival);
        schedule(listener);
      };
    },
    waiting: () => urgent.size() + others.size(),
  };
}
