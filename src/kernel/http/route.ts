/** A route connects a contract to a handler, with its limits and required right in view. */
import type { Request, Response } from 'express';
import { clientClosedRequest } from '#kernel/errors.ts';
import type { Thing } from '#kernel/texts.ts';
import type { BodyOf, Contract, ParamsOf, QueryOf } from '#wire/contract.ts';
import { type RightName, rights, type Scope } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import { addressOf } from './address.ts';
import type { ChunkedBody } from './chunked-body.ts';
import type { EventStream } from './event-stream.ts';
import type { Caching } from './response-cache.ts';

/** The caller, according to the session or token. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailConfirmed?: boolean | undefined;
  /** Path of the picture, if there is one. */
  readonly picture?: string | undefined;
  readonly organizations: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    readonly operates?: true | undefined;
  }[];
  /** Runs this installation. */
  readonly operator?: true | undefined;
  /** For requests that name no organization. */
  readonly defaultOrganizationId?: string | undefined;
  /** Roles in single projects, by project: each replaces the role in the organization. */
  readonly projectRoles: ReadonlyMap<string, Role>;
  /** Public id of the session, not the secret one; empty for a token. */
  readonly sessionId: string;
  /** When the person last proved who they are, in ms since 1970 by PostgreSQL's clock; a token never does. */
  readonly confirmedAt?: number | undefined;
  /** Set if a token makes the request. */
  readonly token?: TokenIdentity | undefined;
}

interface TokenIdentity {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: all projects of the person. */
  readonly projects: readonly string[] | null;
  /** In ms since 1970, by PostgreSQL's clock; undefined: never. */
  readonly expiresAt?: number | undefined;
}

/** The roles of a caller, for comparison. */
export const describeRoles = (identity: Identity | null): string =>
  (identity?.organizations ?? []).map(({ id, role }) => `${id} ${role}`).join();

export interface KnownBrowser {
  /** Random, for as long as the cookie exists. */
  id: string;
  /** Account keys, the most recent sign-in first. */
  accounts: readonly string[];
}

/** A request in progress. */
export interface RequestContext {
  readonly requestId: string;
  readonly request: Request;
  readonly response: Response;
  /** The client's address, also behind proxies. */
  readonly address: string;
  readonly identity: Identity | null;
  /** From a separate cookie, whether or not the person is signed in. */
  readonly knownBrowser: KnownBrowser | undefined;
  /** Aborted when the client disconnects: for work that only this request needs. */
  readonly signal: AbortSignal;
}

export type BrowserOf = (request: Request) => KnownBrowser | undefined;

/** A class, since an object literal would create its accessors for every request. */
class ExpressContext implements RequestContext {
  readonly requestId: string;
  readonly request: Request;
  readonly response: Response;
  readonly identity: Identity | null;
  readonly #browserOf: BrowserOf;
  constructor(requestId: string, request: Request, response: Response, identity: Identity | null, browserOf: BrowserOf) {
    this.requestId = requestId;
    this.request = request;
    this.response = response;
    this.identity = identity;
    this.#browserOf = browserOf;
  }
  /** Evaluated lazily, for limits that count by it. */
  get knownBrowser(): KnownBrowser | undefined {
    return this.#browserOf(this.request);
  }
  get signal(): AbortSignal {
    const left = new AbortController();
    if (this.response.closed) left.abort(clientClosedRequest());
    else this.response.once('close', () => left.abort(clientClosedRequest()));
    return left.signal;
  }
  /** Evaluated lazily, for limits that count by it. */
  get address(): string {
    return addressOf(this.request);
  }
}

export function createRequestContext(
  requestId: string,
  request: Request,
  response: Response,
  identity: Identity | null,
  browserOf: BrowserOf,
): RequestContext {
  return new ExpressContext(requestId, request, response, identity, browserOf);
}

/**
 * Who may use a route, as data: tests iterate over it, and the API description describes it. A route for members of the project that a run
 * belongs to has `{ role: 'member', of: 'project', through: 'run' }`.
 */
type AccessRule =
  | { readonly role: 'anyone' | 'bearer'; readonly right?: undefined; readonly of?: undefined; readonly through?: undefined }
  | {
      /** Its row in the table of rights. */
      readonly right: RightName;
      readonly role: 'signed in' | 'operator';
      readonly of?: undefined;
      readonly through?: Thing | undefined;
    }
  | {
      readonly right: RightName;
      /** The lowest sufficient role. */
      readonly role: Role;
      readonly of: 'organization' | 'project';
      /** The resource the path names, if it is not the organization or project itself. */
      readonly through?: Thing | undefined;
    };

/** A right as an access rule. @param through the resource the path names, if it is not the organization or project itself */
export function requires<N extends RightName>(name: N, through?: Thing) {
  const { role, of } = rights[name] as (typeof rights)[N];
  return { right: name, role, of, ...(through !== undefined && { through }) } as {
    right: N;
    role: (typeof rights)[N]['role'];
    of: (typeof rights)[N]['of'];
    through?: Thing;
  };
}

/** What a request must present. A `bearer` has no other identity. */
export type Credential = 'none' | 'session' | 'metricsToken' | 'doctorToken' | 'webhookSignature';

/** The access that a route requires. */
export type Guard<A> = AccessRule & {
  /** A session by default. */
  readonly credential?: Credential;
  /**
   * @returns the auth context for the handler
   * @throws HttpProblem 401, 403, 404
   */
  authorize(ctx: RequestContext, params: Record<string, string>): A | Promise<A>;
};

/** When a limit counts, as data: a test iterates over it, and the API description lists it. */
export interface Condition {
  /** Completes "when …": `the run is autonomous`. */
  readonly description: string;
  /** @param asked contains only `ctx` if the limit counts before the body is read */
  applies(asked: Asked): boolean | Promise<boolean>;
}

/** A request, as far as it has been read. */
export interface Asked {
  readonly ctx: RequestContext;
  readonly params?: unknown;
  readonly query?: unknown;
  readonly auth?: unknown;
  readonly body?: unknown;
}

/** A limit that a request counts against. */
export interface Limit {
  /** Name of the limiter: api, auth, agent, autonomy, devmode, webhook. */
  readonly name: string;
  /** Needs the parsed body, at least for these requests, so it counts after the body has been read. */
  readonly afterBody?: boolean | ((ctx: RequestContext) => boolean);
  /** Undefined: it counts every request. */
  readonly when?: Condition;
  /** Counts, sets the headers, and throws a 429 when the limit is reached. Does not check the condition: `countRequest` does. */
  count(ctx: RequestContext, body: unknown): Promise<void> | void;
}

/** The one place where requests are counted. Asynchronous only if the condition or the count is. @throws 429 */
export function countRequest(limit: Limit, asked: Asked): Promise<void> | void {
  const applies = limit.when?.applies(asked) ?? true;
  if (applies instanceof Promise) return applies.then((holds) => (holds ? limit.count(asked.ctx, asked.body) : undefined));
  return applies ? limit.count(asked.ctx, asked.body) : undefined;
}

export function countsAfterBody({ afterBody = false }: Limit, ctx: RequestContext): boolean {
  return typeof afterBody === 'function' ? afterBody(ctx) : afterBody;
}

type ReplyBody<K> = K extends 'bytes'
  ? Uint8Array | ChunkedBody
  : K extends 'text'
    ? string
    : K extends 'events'
      ? (stream: EventStream) => void
      : K extends 'empty'
        ? undefined
        : K extends { _zod: { output: infer O } }
          ? O
          : never;

/** The client already has it: a response that any read may give. */
interface NotModified {
  status: 304;
  headers?: Record<string, string>;
  body?: undefined;
}

/** A handler's response: one of the contract's replies. */
type Reply<C> = NotModified | ContractReply<C>;
type ContractReply<C> =
  C extends Contract<infer _P, infer _Q, infer _B, infer R>
    ? {
        [S in keyof R & number]: R[S] extends 'empty'
          ? { status: S; headers?: Record<string, string>; body?: undefined }
          : { status: S; headers?: Record<string, string>; body: ReplyBody<R[S]> };
      }[keyof R & number]
    : never;

/** A handler's response; keeps the status literal, so it is checked against the contract. */
export function reply<S extends number, B = undefined>(
  status: S,
  body?: B,
  headers: Record<string, string> = {},
): { status: S; body: B; headers: Record<string, string> } {
  return { status, body: body as B, headers };
}

interface Input<C, S> {
  params: ParamsOf<C>;
  query: QueryOf<C>;
  body: BodyOf<C>;
  auth: S;
  ctx: RequestContext;
}

export interface Route {
  readonly contract: Contract;
  readonly limits: readonly Limit[];
  readonly access: Guard<unknown>;
  /** Caches the JSON of a read until something it shows has changed. */
  readonly cache?: Caching<unknown> | undefined;
  /** For rights that are not sensitive as a whole: the requests that ask who you are. */
  readonly sensitiveWhen?: Condition | undefined;
  readonly handle: (input: never) => Promise<{ status: number; body?: unknown; headers?: Record<string, string> }>;
}

/** @param limits in counting order */
export function route<C extends Contract, S>(
  contract: C,
  limits: readonly Limit[],
  access: Guard<S>,
  handle: (input: Input<C, S>) => Promise<Reply<C>>,
  { cache, sensitiveWhen }: { cache?: Caching<S>; sensitiveWhen?: Condition } = {},
): Route {
  return { contract, limits, access, cache: cache as Route['cache'], sensitiveWhen, handle: handle as Route['handle'] };
}

/** For endpoints open to everyone. */
export const anyone: Guard<Identity | null> = { role: 'anyone', credential: 'none', authorize: (ctx) => ctx.identity };
