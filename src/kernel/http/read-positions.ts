/**
 * How far a caller has seen the database, so that a replica that has not got there answers none of its reads. The position travels with
 * the caller: a response to a write carries it, and so does an event stream ahead of its events; the next requests bring it back, to any
 * server. Exists only where there are replicas.
 */
import type { Replicas } from '#kernel/database/replicas/replicas.ts';
import { cookieOf, formatPosition, LATEST, POSITION_COOKIE, POSITION_HEADER, parsePosition } from '#wire/position.ts';
import { createPositionedStream } from './positioned-stream.ts';
import type { RequestContext, Route } from './route.ts';

export type ReadPositions = ReturnType<typeof createReadPositions>;

const COOKIE = new RegExp(`(?:^|; )${POSITION_COOKIE}=([0-9A-F/]+)`);

/** A stream is read by what notifications say, and a cached response outlives its reader: both are read from the primary. */
const mayBeBehind = ({ contract, cache }: Route): boolean =>
  contract.method === 'GET' && cache === undefined && contract.replies[200] !== 'events';

/** @returns what the request must see; 0 for any state */
function positionOf({ request, identity }: RequestContext): number {
  const header = parsePosition(request.get(POSITION_HEADER));
  // A program with a token that sends none does not say what it has seen, nor whether it has just changed something.
  if (identity?.token) return header ?? LATEST;
  const cookie = parsePosition(COOKIE.exec(request.headers.cookie ?? '')?.[1]);
  return Math.max(header ?? 0, cookie ?? 0);
}

export function createReadPositions(replicas: Pick<Replicas, 'ask' | 'reading'>) {
  return {
    /** Lets the reads of `work` go to a replica, where the route and its caller allow it. */
    reading: <T>(route: Route, ctx: RequestContext, work: () => T): T =>
      ctx.identity && mayBeBehind(route) ? replicas.reading(positionOf(ctx), ctx.identity.id, work) : work(),

    /** Tells the caller what it has to see from now on: all that was visible when its request ended. */
    async mark({ request, response, identity }: RequestContext): Promise<void> {
      const position = formatPosition(await replicas.ask());
      response.setHeader(POSITION_HEADER, position);
      if (identity?.token) return;
      response.append('set-cookie', `${cookieOf(position)}${request.secure ? '; Secure' : ''}`);
    },

    positioned: createPositionedStream(replicas),
  };
}
