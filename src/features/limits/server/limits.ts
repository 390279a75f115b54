/**
 * Limits: the five limiters of the guide, and one for webhooks. A signed-in person counts by user with ten times the anonymous api window; a sign-in
 * counts by address and account together, a sign-up by address. A browser in which somebody signed in before counts by itself, so
 * that a neighbor behind the same address uses up nobody's tries. Several servers share one count.
 */

import { accountKeyOf } from '#kernel/account-key.ts';
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import { type EventBus, publish } from '#kernel/event-bus.ts';
import { networkOf } from '#kernel/http/address.ts';
import type { Asked, Condition, KnownBrowser, Limit, Visit } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { isLifted } from './lift.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { createPasswordTries } from './password-tries.ts';
import * as sql from './queries.ts';
import type { Verdict } from './window.ts';

export { liftLimits } from './lift.ts';

export type Limits = ReturnType<typeof createLimits>;

export const limiterNames = ['api', 'auth', 'agent', 'autonomy', 'devmode', 'webhook'] as const;
export type LimiterName = (typeof limiterNames)[number];
/** Requests in a window of milliseconds. */
export type Rate = { max: number; windowMs: number };

interface Options {
  db: Database;
  eventBus: EventBus;
  /** Of this server; others are known from their liveness. */
  processes: number;
  rates: Record<LimiterName, Rate>;
  /** Every number of requests times this: 10 in development. */
  multiplier: number;
  log: Log;
  metrics: Metrics;
}

/** How many times the anonymous api window a signed-in person has. */
const SIGNED_IN_FACTOR = 10;
const GIVE_BACK_EVERY_MS = 5000;

export function createLimits({ db, eventBus, processes, rates, multiplier, log, metrics }: Options) {
  const refused = metrics.counter('limit_refused_total', 'Requests refused by a limiter', ['limiter']);
  const alone = metrics.counter('limit_fallback_total', 'Counts made by this process alone because PostgreSQL could not be asked', [
    'limiter',
  ]);
  let warnedAt = -Infinity;

  function build(name: LimiterName, { factor = 1, strict = false, key = name as string } = {}): Limiter {
    const { max, windowMs } = rates[name];
    const limit = Math.max(1, Math.round(max * multiplier * factor));
    const onFallback = (error: unknown) => {
      alone.inc({ limiter: name });
      if (performance.now() - warnedAt < 10_000) return;
      warnedAt = performance.now();
      log.warn({ err: error, limiter: name }, 'limits are counted by this process alone: the database cannot be asked');
    };
    const recall = (of: string) => publish(db, 'limit-recall', { limiter: key, key: of });
    const count = () => Math.max(processes, eventBus.serverCount());
    return createLimiter({ db, name: key, limit, windowMs, strict, recall, processes: count, onFallback });
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

  function enforce(name: LimiterName, limiter: Limiter, visit: Visit, verdict: Verdict): void {
    const { response } = visit;
    const seconds = Math.ceil(verdict.reset / 1000);
    // Lists: a request may count against several limits, the narrowest last.
    addToList(response, 'ratelimit-policy', `"${name}";${limiter.policy}`);
    addToList(response, 'ratelimit', `"${name}";r=${verdict.remaining};t=${seconds}`);
    if (!verdict.allowed) throw refuse(name, limiter, verdict);
  }

  function refuse(name: LimiterName, limiter: Limiter, verdict: Verdict): Refusal {
    const seconds = Math.ceil(verdict.reset / 1000);
    refused.inc({ limiter: name });
    return new Refusal(
      429,
      'rate_limited',
      `Too many requests (limit "${name}": ${limiter.limit} in ${inWords(limiter.windowMs)}). Try again in ${seconds} s.`,
      {
        members: { limiter: name },
        headers: { 'retry-after': String(Math.max(1, seconds)) },
      },
    );
  }

  /** Waits only where PostgreSQL has to be asked. */
  function countBy(
    name: LimiterName,
    choose: (visit: Visit, body: unknown) => { limiter: Limiter; key: string },
    afterBody: Limit['afterBody'] = false,
  ): Limit {
    return {
      name,
      afterBody,
      count(visit, body) {
        const { limiter, key } = choose(visit, body);
        const verdict = limiter.count(key);
        if (verdict instanceof Promise) return verdict.then((late) => enforce(name, limiter, visit, late));
        enforce(name, limiter, visit, verdict);
      },
    };
  }

  const tries = createPasswordTries({
    db,
    refuse(seconds) {
      refused.inc({ limiter: 'auth' });
      const detail = `Too many wrong passwords were tried for this account, perhaps by somebody else. Try again in ${seconds} s, or in a browser in which you have signed in to it before.`;
      return new Refusal(429, 'rate_limited', detail, { members: { limiter: 'auth' }, headers: { 'retry-after': String(seconds) } });
    },
  });

  /** Who asks without being signed in: one of the accounts that their browser is known for, else their address. */
  const byBrowser = (visit: Visit) => {
    const [account] = visit.knownBrowser?.accounts ?? [];
    return { limiter: limiters.anonymous, key: account ? `known:${account}` : networkOf(visit.address) };
  };
  const isKnownFor = (browser: KnownBrowser | undefined, account: string) => browser?.accounts.includes(account) === true;

  const byPerson = (limiter: Limiter) => (visit: Visit) => ({ limiter, key: visit.identity?.id ?? networkOf(visit.address) });
  const giveBack = (all: boolean) => Promise.all(Object.values(limiters).map((limiter) => limiter.giveBack({ all })));
  const timer = setInterval(() => void giveBack(false), GIVE_BACK_EVERY_MS);
  timer.unref();
  eventBus.subscribe('limit-recall', ({ limiter: name, key }) => {
    const limiter = Object.values(limiters).find((candidate) => candidate.name === name);
    void limiter?.giveBackOne(key);
  });
  eventBus.subscribe('limit-lift', (lifted) => {
    for (const limiter of Object.values(limiters)) limiter.forget((key) => isLifted(key, lifted));
    log.info('an operator has lifted limits');
  });

  /** By user when signed in, else by browser where it is known, else by address. */
  const api = countBy('api', (visit) => (visit.identity ? { limiter: limiters.api, key: visit.identity.id } : byBrowser(visit)));

  return {
    api,
    /** For what only stops or switches off: a limit never keeps a signed-in person from that. */
    unlessSignedIn: { ...api, when: notSignedIn } satisfies Limit as Limit,
    /**
     * As `api`, for signing in. A known browser counts by itself for its own accounts alone: else each account that somebody signs in
     * to would give them a hundred guesses at others. Whose sign-in it is, the body tells.
     */
    signIn: countBy(
      'api',
      (visit, body) => {
        if (visit.identity) return { limiter: limiters.api, key: visit.identity.id };
        const account = accountOf(body);
        const isKnown = account !== undefined && isKnownFor(visit.knownBrowser, account);
        return { limiter: limiters.anonymous, key: isKnown ? `known:${account}` : networkOf(visit.address) };
      },
      (visit) => !visit.identity && visit.knownBrowser !== undefined,
    ),
    /**
     * By address and account together: a whole office behind one address may sign in, guessing at one account may not. A browser that
     * signed in to the account before counts by itself.
     */
    login: countBy(
      'auth',
      (visit, body) => {
        const account = accountOf(body) ?? '';
        const browser = visit.knownBrowser;
        const from = isKnownFor(browser, account) ? `browser:${browser?.id}` : networkOf(visit.address);
        return { limiter: limiters.auth, key: `login:${from}:${account}` };
      },
      true,
    ),
    /**
     * Tries the password of an account; guesses from browsers that never signed in to it are slowed after ten failures.
     * @throws 429
     */
    tryPassword<T>({ knownBrowser }: Visit, email: string, attempt: () => Promise<T>): Promise<T> {
      const account = accountKeyOf(email);
      return isKnownFor(knownBrowser, account) ? attempt() : tries.tryOnce(account, attempt);
    },
    signup: countBy('auth', (visit) => ({ limiter: limiters.auth, key: `signup:${networkOf(visit.address)}` })),
    agent: countBy('agent', byPerson(limiters.agent)),
    devmode: countBy('devmode', byPerson(limiters.devmode)),
    autonomy: countBy('autonomy', byPerson(limiters.autonomy)),
    /** By trigger. */
    webhook: countBy('webhook', ({ request }) => ({ limiter: limiters.webhook, key: String(request.params['triggerId']).toLowerCase() })),
    /** For work that begins by itself: counts for the person on whose behalf. @throws 429 */
    async autonomyOf(userId: string): Promise<void> {
      const verdict = await limiters.autonomy.count(userId);
      if (!verdict.allowed) throw refuse('autonomy', limiters.autonomy, verdict);
    },
    cleanUp: async (): Promise<number> => (await sql.deleteEnded(db)).length + (await tries.cleanUp()),
    async close(): Promise<void> {
      clearInterval(timer);
      await giveBack(true);
    },
  };
}

function addToList(response: Visit['response'], name: string, item: string): void {
  const before = response.getHeader(name);
  response.setHeader(name, before ? `${before}, ${item}` : item);
}

export const notSignedIn: Condition = { description: 'the caller is not signed in', applies: ({ visit }) => visit.identity === null };

/** Counts before the body is read. */
export const whenSent = (limit: Limit, description: string, applies: (visit: Visit) => boolean): Limit => ({
  ...limit,
  when: { description, applies: ({ visit }) => applies(visit) },
});

/**
 * Counts once the body is there, so a route needs another limit that counts before it is read.
 * @param applies receives what the handler does
 */
export const whenAsked = <A extends Partial<Asked>>(
  limit: Limit,
  description: string,
  applies: (asked: A) => boolean | Promise<boolean>,
): Limit => ({ ...limit, afterBody: true, when: { description, applies: (asked) => applies(asked as Asked & A) } });

/** @returns undefined before the body is there */
function accountOf(body: unknown): string | undefined {
  return body === undefined ? undefined : accountKeyOf((body as { email: string }).email);
}

function inWords(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return Number.isInteger(minutes) ? `${minutes} min` : `${milliseconds / 1000} s`;
}
