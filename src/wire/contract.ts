/**
 * The endpoint contract: one value that describes an endpoint completely from outside. The server mounts it, the browser and the load test
 * call it, the API description is generated from it, and one test covers all of them.
 */
import * as z from 'zod';
import type { RawBody } from './raw-body.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Which requests go first when a server has too much to do: `critical` ones, such as stopping a run or signing out, then writes, reads, and
 * `bulk`: searches and exports, which are refused first. What is `exempt` never waits: it costs nothing, or tells whether the server works.
 */
type Priority = 'exempt' | 'critical' | 'write' | 'read' | 'bulk';

/** Replies other than JSON: raw bytes, server-sent events, plain text, or no body at all. */
export type RawReply = 'bytes' | 'events' | 'text' | 'empty';
type Body = z.ZodType | RawBody | undefined;
type Replies = Readonly<Record<number, z.ZodType | RawReply>>;

export interface Contract<
  P extends z.ZodObject | undefined = z.ZodObject | undefined,
  Q extends z.ZodObject | undefined = z.ZodObject | undefined,
  B extends Body = Body,
  R extends Replies = Replies,
> {
  /** Group in the API description. */
  readonly tag: string;
  /** Unique and stable: the operationId in the API description, the step's name in a load report. */
  readonly name: string;
  readonly method: Method;
  /** Express pattern: `/api/projects/:projectId`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  /** JSON that matches the schema, or the request's raw bytes; `spooled`: too large for memory. */
  readonly body?: B;
  /** Maximum bytes of the body; by default what fits the schema, and 16 kB if the caller is not signed in. */
  readonly maxBody?: number;
  /** Media types of a raw body; if undefined, any. */
  readonly bodyTypes?: readonly string[];
  /** Accepts an Idempotency-Key: a request repeated with its key starts nothing again, and gets the first response. */
  readonly idempotent?: true;
  /** Unknown query parameters are ignored rather than rejected: for URLs that other systems call in their own way. */
  readonly anyQuery?: true;
  /**
   * The browser may cache a read on disk, and revalidates it each time (304). Only for lists of names that open pages request repeatedly:
   * everything else is not stored.
   */
  readonly revalidated?: true;
  /** By default, `read` for GET and `write` for everything else. */
  readonly priority?: Priority;
  /**
   * Takes long for another reason than the database: it waits for a provider, or in a queue of its own. So it must not keep others from
   * working, nor wait for them.
   */
  readonly apart?: true;
  /** Machines request this every few seconds, so a success is logged at debug only. */
  readonly routine?: true;
  /** Success replies by status. Failures are `problem` everywhere and not listed. */
  readonly replies: R;
  /** Media types of a successful raw or text response; `image/*` for all of a kind. */
  readonly replyTypes?: readonly string[];
}

/** @param tag the group of these endpoints in the API description @returns a function that declares one of them */
export const endpointsOf =
  (tag: string) =>
  <
    const R extends Replies,
    P extends z.ZodObject | undefined = undefined,
    Q extends z.ZodObject | undefined = undefined,
    B extends Body = undefined,
  >(
    contract: Omit<Contract<P, Q, B, R>, 'tag'>,
  ): Contract<P, Q, B, R> => ({ ...contract, tag });

/** A body on the server's disk, deleted once the request is answered. */
export interface SpooledBody {
  /** Of the file. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;

export type ParamsOf<C> = C extends Contract<infer P, infer _Q, infer _B, infer _R> ? Parsed<P> : never;
export type QueryOf<C> = C extends Contract<infer _P, infer Q, infer _B, infer _R> ? Parsed<Q> : never;
export type BodyOf<C> = C extends Contract<infer _P, infer _Q, infer B, infer _R> ? (B extends RawBody ? RawBodyOf<B> : Parsed<B>) : never;
type RawBodyOf<B> = B extends 'bytes' ? Uint8Array : SpooledBody;

/** A caller's input: before defaults and coercion. */
export type CallOf<C> =
  C extends Contract<infer P, infer Q, infer B, infer _R>
    ? (P extends z.ZodObject ? { params: Given<P> } : { params?: undefined }) &
        (Q extends z.ZodObject ? { query?: Given<Q> } : { query?: undefined }) &
        (B extends RawBody ? { body: Uint8Array | string | Blob } : B extends z.ZodType ? { body: Given<B> } : { body?: undefined })
    : never;

type ReplyBody<S> = S extends z.ZodType ? z.output<S> : S extends 'text' ? string : S extends 'bytes' ? Uint8Array : undefined;
/** Union of `{status, body}` over the contract's replies, as a caller sees them. */
export type ReplyOf<C> =
  C extends Contract<infer _P, infer _Q, infer _B, infer R>
    ? { [S in keyof R & number]: { status: S; body: ReplyBody<R[S]>; headers: Headers } }[keyof R & number]
    : never;

/** Every failure's body: RFC 9457 with a stable `code`, the request's id, and all problems of an invalid input. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;

/** Always lower case, however it is sent: caches and the event bus rely on it. */
export const id = z.uuid().toLowerCase();
/** A timestamp as ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** A count from 0 in a query, 0 if absent; an empty string is not 0. */
export const fromZero = (max: number) =>
  z.preprocess((value) => (value === '' ? Number.NaN : value), z.coerce.number().int().min(0).max(max)).default(0);
