/**
 * The endpoint contract: one value that says all there is to know of an endpoint from outside. The server mounts it, the
 * browser and the load test call it, the API description is generated from it, one test walks all of them.
 */
import * as z from 'zod';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Replies that are not JSON: raw bytes, server-sent events, plain text, or no body at all. */
export type RawReply = 'bytes' | 'events' | 'text' | 'empty';
type Body = z.ZodType | 'bytes' | undefined;
type Replies = Readonly<Record<number, z.ZodType | RawReply>>;

export interface Contract<
  P extends z.ZodObject | undefined = z.ZodObject | undefined,
  Q extends z.ZodObject | undefined = z.ZodObject | undefined,
  B extends Body = Body,
  R extends Replies = Replies,
> {
  /** Group of the API description. */
  readonly tag: string;
  /** Unique and stable: the operationId of the API description, the step's name in a load report. */
  readonly name: string;
  readonly method: Method;
  /** Express pattern: `/api/projects/:projectId`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  /** JSON that fits the schema, or the raw bytes of the request. */
  readonly body?: B;
  /** Bytes of the body; without it, what fits the schema, and 16 kB from somebody who is not signed in. */
  readonly maxBody?: number;
  /** Media types of a body that is raw bytes; any bytes without it. */
  readonly bodyTypes?: readonly string[];
  /** Takes an Idempotency-Key: a request that is sent again with its key starts nothing anew, and is answered like the first one. */
  readonly idempotent?: true;
  /** Query members that are not known are ignored rather than refused: for addresses that other systems ask, in their own way. */
  readonly anyQuery?: true;
  /**
   * The browser may keep a read on disk, and asks each time whether it still holds (304). Only for lists of names that open pages ask
   * for again and again: everything else is kept nowhere.
   */
  readonly revalidated?: true;
  /** Machines ask this every few seconds, so a success is logged at debug only. */
  readonly routine?: true;
  /** Success replies by status. Failures are `problem` everywhere and are not listed. */
  readonly replies: R;
  /** Media types of a success that is raw bytes or text; `image/*` for all of a kind. */
  readonly replyTypes?: readonly string[];
}

/** @param tag the group of the API description in which these endpoints stand @returns what declares one of them */
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

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;

export type ParamsOf<C> = C extends Contract<infer P, infer _Q, infer _B, infer _R> ? Parsed<P> : never;
export type QueryOf<C> = C extends Contract<infer _P, infer Q, infer _B, infer _R> ? Parsed<Q> : never;
export type BodyOf<C> = C extends Contract<infer _P, infer _Q, infer B, infer _R> ? (B extends 'bytes' ? Uint8Array : Parsed<B>) : never;

/** What a caller hands in: before defaults and coercion. */
export type CallOf<C> =
  C extends Contract<infer P, infer Q, infer B, infer _R>
    ? (P extends z.ZodObject ? { params: Given<P> } : { params?: undefined }) &
        (Q extends z.ZodObject ? { query?: Given<Q> } : { query?: undefined }) &
        (B extends 'bytes' ? { body: Uint8Array | string } : B extends z.ZodType ? { body: Given<B> } : { body?: undefined })
    : never;

type ReplyBody<S> = S extends z.ZodType ? z.output<S> : S extends 'text' ? string : S extends 'bytes' ? Uint8Array : undefined;
/** Union of `{status, body}` over the contract's replies, as a caller sees them. */
export type ReplyOf<C> =
  C extends Contract<infer _P, infer _Q, infer _B, infer R>
    ? { [S in keyof R & number]: { status: S; body: ReplyBody<R[S]>; headers: Headers } }[keyof R & number]
    : never;

/** Every failure's body: RFC 9457 with a stable `code`, the request's id, and all problems of a bad input. */
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

/** In lower case whichever way it is sent: caches and the event bus know it so. */
export const id = z.uuid().toLowerCase();
/** An instant as ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** A count from 0 in a query, 0 without one; an empty text is no 0. */
export const fromZero = (max: number) =>
  z.preprocess((value) => (value === '' ? Number.NaN : value), z.coerce.number().int().min(0).max(max)).default(0);
