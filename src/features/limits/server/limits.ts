/**
 * Limits: the guide's five limiters, and one for webhooks. A signed-in person counts by user, with ten times the anonymous api window; a
 * sign-in counts by address and account together, a sign-up by address. A browser with an earlier sign-in counts separately, so a neighbor
 * behind the same address cannot use up its tries. Several servers share one count.
 */

import { accountKeyOf } from '#kernel/account-key.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { type EventBus, publish } from '#kernel/event-bus.ts';
import { networkOf } from '#kernel/http/address.ts';
import type { Asked, Condition, KnownBrowser, Limit, RequestContext } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { isLifted } from './lift.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { createPasswordTries } from './password-tries.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';
import type { LimitResult } from './window.ts';

export { liftLimits } from './lift.ts';

export type Limits = ReturnType<typeof createLimits>;

export const limiterNames = ['api', 'auth', 'agent', 'autonomy', 'devmode', 'webhook'] as const;
export type LimiterName = (typeof limiterNames)[number];
/** Requests per window, in milliseconds. */
export type Rate = { max: number; windowMs: number };

interface Options {
  db: Database;
  eventBus: EventBus;
  /** Processes of this server; those of other servers are known from their liveness. */
  processes: number;
  rates: Record<LimiterName, Rate>;
  /** Multiplies every number of requests: 10 in development. */
  multiplier: number;
  log: Log;
  metrics: Metrics;
}

/** A signed-in person's limit, as a multiple of the anonymous api window. */
const SIGNED_IN_FACTOR = 10;
const RELEASE_EVERY_MS = 5000;

export function createLimits({ db, eventBus, processes, rates, multiplier, log, metrics }: Options) {
  const rejected = metrics.counter('limit_refused_total', 'Requests rejected by a rate limit', ['limiter']);
  const fallbacks = metrics.counter('limit_fallback_total', 'Requests counted by this process alone because PostgreSQL was unreachable', [
    'limiter',
  ]);
  let warnedAt = -Infinity;

  function build(name: LimiterName, { factor = 1, strict = false, key = name as string } = {}): Limiter {
    const { max, windowMs } = rates[name];
    const limit = Math.max(1, Math.round(max * multiplier * factor));
    const onFallback = (error: unknown) => {
      fallbacks.inc({ limiter: name });
      if (performance.now() - warnedAt < 10_000) return;
      warnedAt = performance.now();
      log.warn({ err: error, limiter: name }, 'this process counts limits alone: the database is unreachable');
    };
    const reclaim = (of: string) => publish(db, 'limit-recall', { limiter: key, key: of });
    const count = () => Math.max(processes, eventBus.serverCount());
    return createLimiter({ db, name: key, limit, windowMs, strict, reclaim, processes: count, onFallback });
  }

  const limiters = {
    anonymous: build('api', { key: 'api-address' }),
    api: build('api', { factor: SIGNED_IN_FACTOR }),
    auth: build('auth', { strict: true }),
    agent: build('agent'),
    autonomy: build('autonomy'),
    devmode: build('devmode'),
    webhook: build('webhook'),
  };

  function enforce(name: LimiterName, limiter: Limiter, ctx: RequestContext, result: LimitResult): void {
    const { response } = ctx;
    const seconds = Math.ceil(result.reset / 1000);
    // Lists: a request may count against several limits, the narrowest last.
    addToList(response, 'ratelimit-policy', `"${name}";${limiter.policy}`);
    addToList(response, 'ratelimit', `"${name}";r=${result.remaining};t=${seconds}`);
    if (!result.allowed) throw rateLimited(name, limiter, result);
  }

  function rateLimited(name: LimiterName, limiter: Limiter, result: LimitResult): HttpProblem {
    const seconds = Math.ceil(result.reset / 1000);
    rejected.inc({ limiter: name });
    return new HttpProblem(
      429,
      'rate_limited',
      texts.problems.rateLimited({ name, limit: limiter.limit, windowMs: limiter.windowMs, seconds }),
      {
        members: { limiter: name },
        headers: { 'retry-after': String(Math.max(1, seconds)) },
      },
    );
  }

  /** Asynchronous only if PostgreSQL must be queried. */
  function countBy(
    name: LimiterName,
    choose: (ctx: RequestContext, body: unknown) => { limiter: Limiter; key: string },
    afterBody: Limit['afterBody'] = false,
  ): Limit {
    return {
      name,
      afterBody,
      count(ctx, body) {
        const { limiter, key } = choose(ctx, body);
        const result = limiter.count(key);
        if (result instanceof Promise) return result.then((late) => enforce(name, limiter, ctx, late));
        enforce(name, limiter, ctx, result);
      },
    };
  }

  const tries = createPasswordTries({
    db,
    rateLimited(seconds) {
      rejected.inc({ limiter: 'auth' });
      const detail = texts.problems.tooManyTries(seconds);
      return new HttpProblem(429, 'rate_limited', detail, { members: { limiter: 'auth' }, headers: { 'retry-after': String(seconds) } });
    },
  });

  /** The key of an anonymous request: one of the accounts its browser is known for, else its address. */
  const byBrowser = (ctx: RequestContext) => {
    const [account] = ctx.knownBrowser?.accounts ?? [];
    return { limiter: limiters.anonymous, key: account ? `known:${account}` : networkOf(ctx.address) };
  };
  const isKnownFor = (browser: KnownBrowser | undefined, account: string) => browser?.accounts.includes(account) === true;

  /** By address, or by browser if it is known for the account, and by account or what stands for one. `lift.ts` matches the same keys. */
  const countAccount = (kind: string, keyOf: (ctx: RequestContext, body: unknown) => string): Limit =>
    countBy(
      'auth',
      (ctx, body) => {
        const account = keyOf(ctx, body);
        const browser = ctx.knownBrowser;
        const from = isKnownFor(browser, account) ? `browser:${browser?.id}` : networkOf(ctx.address);
        return { limiter: limiters.auth, key: `login:${from}:${kind}${account}` };
      },
      true,
    );

  const byPerson = (limiter: Limiter) => (ctx: RequestContext) => ({ limiter, key: ctx.identity?.id ?? networkOf(ctx.address) });
  const release = (all: boolean) => Promise.all(Object.values(limiters).map((limiter) => limiter.release({ all })));
  const timer = setInterval(() => void release(false), RELEASE_EVERY_MS);
  timer.unref();
  eventBus.subscribe('limit-recall', ({ limiter: name, key }) => {
    const limiter = Object.values(limiters).find((candidate) => candidate.name === name);
    void limiter?.releaseKey(key);
  });
  eventBus.subscribe('limit-lift', (lifted) => {
    for (const limiter of Object.values(limiters)) limiter.forget((key) => isLifted(key, lifted));
    log.info('an operator lifted limits');
  });

  /** By user if signed in, else by browser if known, else by address. */
  const api = countBy('api', (ctx) => (ctx.identity ? { limiter: limiters.api, key: ctx.identity.id } : byBrowser(ctx)));

  return {
    api,
    /** For actions that only stop or switch off something: a limit never keeps a signed-in person from them. */
    unlessSignedIn: { ...api, when: notSignedIn } satisfies Limit as Limit,
    /**
     * As `api`, for signing in. A known browser counts separately only for its own accounts: otherwise each account a person signs in to
     * would give them a hundred guesses at others. The body names the account.
     */
    signIn: countBy(
      'api',
      (ctx, body) => {
        if (ctx.identity) return { limiter: limiters.api, key: ctx.identity.id };
        const account = accountOf(body);
        const isKnown = account !== undefined && isKnownFor(ctx.knownBrowser, account);
        return { limiter: limiters.anonymous, key: isKnown ? `known:${account}` : networkOf(ctx.address) };
      },
      (ctx) => !ctx.identity && ctx.knownBrowser !== undefined,
    ),
    /**
     * By address and account together: a whole office behind one address may sign in, but guesses at one account are limited. A browser
     * with an earlier sign-in to the account counts separately.
     */
    login: countAccount('', (_, body) => accountOf(body) ?? ''),
    /**
     * Tries the password of an account; after ten failures, guesses from browsers that never signed in to it are slowed down.
     * @throws 429
     */
    tryPassword<T>({ knownBrowser }: RequestContext, email: string, attempt: () => Promise<T>): Promise<T> {
      const account = accountKeyOf(email);
      return isKnownFor(knownBrowser, account) ? attempt() : tries.tryOnce(account, attempt);
    },
    /** For a signed-in person who gives a password, as `login`. */
    confirmIdentity: countAccount('confirm:', ({ identity }) => accountKeyOf(identity?.email ?? '')),
    /** For emails that a person may not want, as `login`. */
    forgot: countAccount('forgot:', (_, body) => accountOf(body) ?? ''),
    /** For links that work once: by address and link, so a whole office may confirm addresses. */
    link: countAccount('link:', (_, body) => accountKeyOf((body as { token: string }).token)),
    signup: countBy('auth', (ctx) => ({ limiter: limiters.auth, key: `signup:${networkOf(ctx.address)}` })),
    agent: countBy('agent', byPerson(limiters.agent)),
    devmode: countBy('devmode', byPerson(limiters.devmode)),
    autonomy: countBy('autonomy', byPerson(limiters.autonomy)),
    /** By trigger. */
    webhook: countBy('webhook', ({ request }) => ({ limiter: limiters.webhook, key: String(request.params['triggerId']).toLowerCase() })),
    /** For work that starts on its own: counts against the person it runs for. @throws 429 */
    async autonomyOf(userId: string): Promise<void> {
      const result = await limiters.autonomy.count(userId);
      if (!result.allowed) throw rateLimited('autonomy', limiters.autonomy, result);
    },
    cleanUp: async (): Promise<number> => (await sql.deleteEnded(db)).length + (await tries.cleanUp()),
    async close(): Promise<void> {
      clearInterval(timer);
      await release(true);
    },
  };
}

function addToList(response: RequestContext['response'], name: string, item: string): void {
  const before = response.getHeader(name);
  response.setHeader(name, before ? `${before}, ${item}` : item);
}

export const notSignedIn: Condition = { description: 'the caller is not signed in', applies: ({ ctx }) => ctx.identity === null };

/** Counts before the body is read. */
export const whenSent = (limit: Limit, description: string, applies: (ctx: RequestContext) => boolean): Limit => ({
  ...limit,
  when: { description, applies: ({ ctx }) => applies(ctx) },
});

/**
 * Counts after the body is read, so the route needs another limit that counts before.
 * @param applies receives what the handler does
 */
export const whenAsked = <A extends Partial<Asked>>(
  limit: Limit,
  description: string,
  applies: (asked: A) => boolean | Promise<boolean>,
): Limit => ({ ...limit, afterBody: true, when: { description, applies: (asked) => applies(asked as Asked & A) } });

/** @returns undefined until the body is read */
function accountOf(body: unknown): string | undefined {
  return body === undefined ? undefined : accountKeyOf((body as { email: string }).email);
}
