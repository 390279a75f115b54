/**
 * How a request works, the same for every endpoint: identity, limits, input, right, body, handler, response. One function per route and no
 * middleware chain, so every cost is visible.
 */
import type express from 'express';
import type { Express, Request, Response } from 'express';
import { HttpProblem, type InputError, invalid, otherUser, problemOf } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { texts } from '#kernel/texts.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { USER_HEADER } from '#wire/call.ts';
import type { Contract } from '#wire/contract.ts';
import { isRawBody } from '#wire/raw-body.ts';
import { isSensitive, type RightName } from '#wire/rights.ts';
import { addressOf, networkOf } from './address.ts';
import { type Admission, REFUSED, type Seat } from './admission.ts';
import type { Bodies } from './bodies.ts';
import { isChunkedBody, sendChunked } from './chunked-body.ts';
import { type EventStream, eventStreamHeaders, type OpenStreams, openEventStream } from './event-stream.ts';
import { parse, rejectUnknownParams } from './parse-input.ts';
import { parseReply, requireListedType } from './parse-reply.ts';
import type { ReadPositions } from './read-positions.ts';
import { requestIdOf } from './request-id.ts';
import { createRequestWatcher } from './request-watcher.ts';
import { hasChangedRecently, markChanged, type ResponseCache } from './response-cache.ts';
import {
  type Asked,
  anyone,
  type BrowserOf,
  countRequest,
  countsAfterBody,
  createRequestContext,
  describeRoles,
  type Identity,
  type RequestContext,
  type Route,
} from './route.ts';
import { requireSameOrigin } from './same-origin.ts';
import { end, prepareJson, type ReadyJson, sendJson, sendReady } from './send.ts';
import type { StreamCap } from './stream-cap.ts';
import { createTraceRequest } from './trace-request.ts';

interface MountOptions {
  app: Express;
  routes: readonly Route[];
  /** Reads the session; may set a cookie on the response. */
  identify: (request: Request, response: Response) => Identity | null | Promise<Identity | null>;
  browserOf: BrowserOf;
  /** Rejects a caller whose token does not include the route's right. */
  requireScope: (identity: Identity, right: RightName) => void;
  /** Milliseconds until a caller's token expires; undefined if it never does. */
  timeLeft: (identity: Identity) => number | undefined;
  /** Rejects a caller who has not recently proved who they are. */
  requireConfirmed: (identity: Identity) => void;
  streams: OpenStreams;
  responseCache: ResponseCache;
  bodies: Bodies;
  log: Log;
  metrics: Metrics;
  /** Called when a signed-in person lacks a right (403). */
  recordDenied: (ctx: RequestContext, contract: Contract, problem: HttpProblem) => void;
  streamCap: StreamCap;
  admission: Admission;
  tracer: Tracer | undefined;
  /** Where there are replicas. */
  readPositions: ReadPositions | undefined;
  /** Also compare responses with their contracts: in tests. */
  checkReplies: boolean;
}

/** What is needed of a request in progress besides its context. */
interface Work {
  /** How many notifications had arrived when it began. */
  seenEvents: number;
  seat: Seat;
}

/** @returns call it once everything else is mounted: rejects requests without a route, and malformed ones */
export function mount(options: MountOptions): () => void {
  const { app, routes, identify, browserOf, requireScope, timeLeft, requireConfirmed, streams, responseCache } = options;
  const { bodies, log, metrics, recordDenied, streamCap, admission, readPositions, checkReplies } = options;
  const traceRequest = createTraceRequest(options.tracer);
  const watcher = createRequestWatcher(log, metrics);

  metrics.gauge('event_streams', 'Event streams open on this process', (gauge) => gauge.set(streams.size));

  const withoutQuery = new Map<Contract, unknown>();
  for (const { contract } of routes) {
    const read = contract.query ? contract.query.safeParse({}) : { success: true, data: undefined };
    if (read.success) withoutQuery.set(contract, read.data);
  }

  function begin(request: Request, response: Response, pattern: string, routine = false): string {
    const requestId = requestIdOf(response);
    response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
    // Private data is never cached on disk: exports, files, run logs and everything else that does not override this.
    response.setHeader('cache-control', 'no-store');
    watcher.watch(request, response, requestId, pattern, routine);
    return requestId;
  }

  function sendProblem(response: Response, error: unknown, requestId: string): void {
    const { problem, headers, unexpected } = problemOf(error, requestId);
    if (unexpected) log.error({ requestId, err: error }, 'unexpected error');
    else if (problem.status === 503 && (error as Error).cause !== REFUSED)
      log.warn({ requestId, code: problem.code, cause: String((error as Error).cause ?? '') }, 'refused for now');
    if (response.headersSent) return void response.destroy();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, problem.status, problem, 'application/problem+json');
  }

  async function handleRequest(route: Route, request: Request, response: Response, requestId: string): Promise<void> {
    const { contract, limits, access } = route;
    if (contract.method !== 'GET') requireSameOrigin(request);
    const seenEvents = responseCache.arrived();
    const identity = limits.length > 0 || access.role !== 'anyone' ? await identify(request, response) : null;
    const actingAs = request.headers[USER_HEADER];
    if (actingAs !== undefined && identity && identity.id !== actingAs) throw otherUser();
    const ctx = createRequestContext(requestId, request, response, identity, browserOf);
    if (identity) watcher.noteUser(response, identity.id);
    const seat = admission.seatFor(contract, identity?.id ?? networkOf(addressOf(request)), ctx);
    try {
      await handleAuthenticated(route, ctx, { seenEvents, seat });
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 403) recordDenied(ctx, contract, error);
      // The caller will look at what was in its way.
      const isRefused = error instanceof HttpProblem && error.status < 500;
      if (isRefused && identity && contract.method !== 'GET' && !response.headersSent) await readPositions?.mark(ctx);
      throw error;
    } finally {
      seat.leave();
    }
  }

  /** The steps after the caller is identified. */
  async function handleAuthenticated(route: Route, ctx: RequestContext, work: Work): Promise<void> {
    const { contract, limits } = route;
    const { request, identity } = ctx;
    const { seat } = work;
    // A cached response costs nothing: it waits for nobody.
    if (!route.cache) await seat.take();
    for (const limit of limits) if (!countsAfterBody(limit, ctx)) await countRequest(limit, { ctx });

    const errors: InputError[] = [];
    const params = parse(contract.params, request.params, errors, '');
    if (errors.length > 0) throw new HttpProblem(404, 'not_found', texts.problems.notAnId);
    const auth = await authorize(route, ctx, params);
    const query = readQuery(contract, request, errors);
    // A body may take minutes.
    if (contract.body) seat.leave();
    const sent = contract.body && (await bodies.read(request, route, identity));
    try {
      if (contract.body) await seat.take();
      // Its sender may have lost the right since.
      const now = sent && identity ? await authorizeAgain(route, ctx, params) : { auth, ctx };
      const handle = () => runHandler(route, { params, query, ...now }, sent?.value, errors, work);
      await (readPositions ? readPositions.reading(route, ctx, handle) : handle());
    } finally {
      sent?.release();
    }
  }

  /** @param isConfirmed when the request began; what takes longer than a confirmation holds, such as a large download, goes on */
  async function authorize(
    { access: { right, authorize } }: Route,
    ctx: RequestContext,
    params: unknown,
    isConfirmed = false,
  ): Promise<unknown> {
    if (ctx.identity && right) requireScope(ctx.identity, right);
    const auth = await authorize(ctx, (params ?? {}) as Record<string, string>);
    if (ctx.identity && right && isSensitive(right) && !isConfirmed) requireConfirmed(ctx.identity);
    return auth;
  }

  async function authorizeAgain(route: Route, { requestId, request, response }: RequestContext, params: unknown, isConfirmed = false) {
    const identity = await identify(request, response);
    const ctx = createRequestContext(requestId, request, response, identity, browserOf);
    return { auth: await authorize(route, ctx, params, isConfirmed), ctx };
  }

  /** Most requests have no query: what a schema makes of none is computed once per contract. */
  function readQuery(contract: Contract, request: Request, errors: InputError[]): unknown {
    if (!request.url.includes('?') && withoutQuery.has(contract)) return withoutQuery.get(contract);
    const query = parse(contract.query, request.query, errors, '');
    if (!contract.anyQuery) rejectUnknownParams(contract, request.query, errors);
    return query;
  }

  /** The steps after the body is read. */
  async function runHandler(route: Route, asked: Asked, sent: unknown, errors: InputError[], { seenEvents, seat }: Work): Promise<void> {
    const { contract, limits, access } = route;
    const { ctx } = asked;
    const { request, response } = ctx;
    const body = contract.body && !isRawBody(contract.body) ? parse(contract.body, sent, errors, '') : sent;
    if (errors.length > 0) throw invalid(errors);
    const input = { ...asked, body };
    if (ctx.identity && (await route.sensitiveWhen?.applies(input))) requireConfirmed(ctx.identity);
    for (const limit of limits) if (countsAfterBody(limit, ctx)) await countRequest(limit, input);

    // HEAD opens no stream.
    if (contract.replies[200] === 'events' && request.method !== 'HEAD' && ctx.identity) streamCap.take(ctx.identity.id, response);

    // The cache key does not contain the query.
    // A program with a token says not whether it has just changed something: it reads its own writes.
    if (route.cache && !request.url.includes('?') && !ctx.identity?.token && !hasChangedRecently(request)) {
      const ready = await responseCache.read(contract.name, input.auth, seenEvents, () => makeCachedReply(route, input, seat));
      return sendReady(response, ready, contract.revalidated === true);
    }
    await seat.take();
    const reply = await route.handle(input as never);
    // What is left waits for the client: a stream, or a slow reader.
    seat.leave();
    // Signing in and out changes nothing that is cached.
    if (contract.method !== 'GET' && access !== anyone) markChanged(request, response);
    if (contract.method !== 'GET') await readPositions?.mark(ctx);
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    await send(route, ctx, reply);
  }

  async function makeCachedReply(route: Route, input: object, seat: Seat): Promise<ReadyJson> {
    await seat.take();
    const { status, body } = await route.handle(input as never);
    if (status !== 200) throw new Error(`${route.contract.name} is cached, and answered ${status}`);
    return prepareJson(checked(route, status, body));
  }

  /** @returns the JSON of a response; in tests, as parsed by its contract */
  const checked = ({ contract }: Route, status: number, body: unknown): unknown =>
    checkReplies ? parseReply(contract, status, body) : body;

  /** Only a denial counts: an unavailable database revokes no rights. @param everywhere with the same roles in all organizations */
  async function stillAllowed(route: Route, before: RequestContext, everywhere = false): Promise<boolean> {
    try {
      const { ctx } = await authorizeAgain(route, before, route.contract.params?.parse(before.request.params), true);
      return !everywhere || describeRoles(ctx.identity) === describeRoles(before.identity);
    } catch (error) {
      return !(error instanceof HttpProblem && error.status < 500);
    }
  }

  function send(route: Route, ctx: RequestContext, { status, body }: { status: number; body?: unknown }): Promise<void> | void {
    const { response } = ctx;
    if (status === 304) return end(response, 304);
    const { method } = response.req;
    const kind = route.contract.replies[status];
    if (kind === undefined) throw new Error(`${route.contract.name} answered ${status}, which its contract does not list`);
    // HEAD requests only the headers, and a stream may stay open for hours.
    if (kind === 'events' && method === 'HEAD') response.writeHead(status, eventStreamHeaders).end();
    else if (kind === 'events') {
      const endsIn = () => ctx.identity && timeLeft(ctx.identity);
      // A stream may cover all organizations of a person: when these change, the client must reopen it.
      const opened = openEventStream(response, streams, () => stillAllowed(route, ctx, true), endsIn);
      const stream = readPositions?.positioned(opened) ?? opened;
      (body as (stream: EventStream) => void)(stream);
      // The right may have been revoked between the check and now, before this stream was registered.
      void stream.recheck();
    } else if (kind === 'empty') end(response, status);
    else if (kind === 'text' || kind === 'bytes') {
      if (checkReplies) requireListedType(route.contract, response);
      if (isChunkedBody(body)) return sendChunked(response, status, body, () => stillAllowed(route, ctx));
      end(response, status, kind === 'text' ? Buffer.from(body as string) : (body as Uint8Array));
    } else if (status === 200 && (method === 'GET' || method === 'HEAD'))
      sendReady(response, prepareJson(checked(route, status, body)), route.contract.revalidated === true);
    else sendJson(response, status, checked(route, status, body));
  }

  // Path by path, so an unsupported method on one path is not matched as an id of a later one.
  for (const [path, ofPath] of Map.groupBy(routes, ({ contract }) => contract.path)) {
    for (const route of ofPath) {
      const verb = route.contract.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
      app[verb](path, async (request, response) => {
        const requestId = begin(request, response, path, route.contract.routine);
        await traceRequest(request, response, path, () =>
          handleRequest(route, request, response, requestId).catch((error: unknown) => sendProblem(response, error, requestId)),
        );
      });
    }
    const allow = ofPath.flatMap(({ contract: { method } }) => (method === 'GET' ? [method, 'HEAD'] : method)).join(', ');
    app.all(path, (request, response) => {
      const requestId = begin(request, response, path);
      const detail = texts.problems.method(allow, request.method);
      sendProblem(response, new HttpProblem(405, 'method_not_allowed', detail, { headers: { allow } }), requestId);
    });
  }
  app.all('/api{/*rest}', (request, response) => {
    const requestId = begin(request, response, '/api/*');
    sendProblem(response, new HttpProblem(404, 'not_found', texts.problems.noEndpoint), requestId);
  });

  return () => {
    app.use((request, response) => {
      sendProblem(response, new HttpProblem(404, 'not_found', texts.problems.noPage), begin(request, response, 'unknown'));
    });
    app.use((error: unknown, request: Request, response: Response, _next: express.NextFunction) => {
      sendProblem(response, error, begin(request, response, 'unreadable'));
    });
  };
}
