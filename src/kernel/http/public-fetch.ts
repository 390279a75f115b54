/**
 * `fetch` for URLs that people enter: it reaches public servers only. The address is checked on connecting, and the connection goes to
 * exactly that address, so a name that resolves differently the second time gains nothing. Every redirect connects the same way.
 */
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { buildConnector, RequestInit as OwnRequestInit } from 'undici';
import { badRequest, HttpProblem } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';
import { isPublicAddress } from './public-address.ts';

interface Resolved {
  address: string;
  family: number;
}
type Resolve = (hostname: string) => Promise<Resolved[]>;
/** @param hostname as requested: a name, or the address itself */
type IsAllowed = (address: string, hostname: string) => boolean;

const CONNECT_TIMEOUT_MS = 10_000;

/** For an address that the user typed, so the error tells them nothing new. */
const privateAddress = (hostname: string) => new HttpProblem(422, 'private_address', texts.problems.privateAddress(hostname));
/** The same whether the name is unknown or leads to a private network: callers must not learn which names exist there. */
const unreachableName = (hostname: string) => new HttpProblem(422, 'private_address', texts.problems.unreachableName(hostname));
const unsupportedAddress = (protocol: string) => badRequest('unsupported_address', texts.problems.unsupportedAddress(protocol));

const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/** @returns allowed addresses, at least one @throws HttpProblem */
type Find = (hostname: string) => Promise<[Resolved, ...Resolved[]]>;

const findWith =
  (resolve: Resolve, isAllowed: IsAllowed): Find =>
  async (hostname) => {
    const found = await resolve(hostname).catch(() => []);
    const [first, ...more] = found.filter(({ address }) => isAllowed(address, hostname));
    if (!first) throw unreachableName(hostname);
    return [first, ...more];
  };

/** A DNS lookup for undici that omits disallowed addresses. */
function checkedLookup(find: Find): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname).then(
      (found) => (options.all ? callback(null, found) : callback(null, found[0].address, found[0].family)),
      (error) => callback(error, [], 0),
    );
  };
}

/** `fetch`, and a check whether an address is allowed, without a request. */
export type PublicFetch = typeof fetch & {
  /** @throws HttpProblem `private_address`, `unsupported_address` */
  check(url: string): Promise<void>;
};

/**
 * Throws `HttpProblem` with the code `private_address` or `unsupported_address`; otherwise as `fetch` does. Not for requests with a
 * FormData body.
 * @param resolve all addresses of a name; for tests
 * @param isAllowed which of them may be called, if not only public ones
 */
export function createPublicFetch({
  resolve = resolveBySystem,
  isAllowed = isPublicAddress,
}: {
  resolve?: Resolve;
  isAllowed?: IsAllowed;
} = {}): PublicFetch {
  const find = findWith(resolve, isAllowed);

  /** undici is loaded for the first request, to keep startup fast. */
  async function open() {
    const { Agent, buildConnector, Request: OwnRequest, fetch: ownFetch } = await import('undici');
    const connectTo = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: checkedLookup(find) } as buildConnector.BuildOptions);
    const dispatcher = new Agent({
      connect(options, callback) {
        // An IP address needs no lookup, so it is checked here.
        if (isIP(options.hostname) !== 0 && !isAllowed(options.hostname, options.hostname))
          callback(privateAddress(options.hostname), null);
        else connectTo(options, callback);
      },
    });
    return (input: Parameters<typeof fetch>[0], init: RequestInit | undefined) => {
      // Node's own Request comes from another copy of undici, which this one does not recognize.
      const request = input instanceof Request ? new OwnRequest(input.url, input as unknown as OwnRequestInit) : input;
      return ownFetch(request, { ...(init as OwnRequestInit), dispatcher });
    };
  }
  let opened: ReturnType<typeof open> | undefined;

  const send: typeof fetch = async (input, init) => {
    requireHttp(new URL(input instanceof Request ? input.url : input));
    opened ??= open();
    const own = await opened;
    try {
      return (await own(input, init)) as unknown as Response;
    } catch (error) {
      throw error instanceof TypeError && error.cause instanceof HttpProblem ? error.cause : error;
    }
  };

  async function check(url: string): Promise<void> {
    const { hostname, protocol } = new URL(url);
    requireHttp({ protocol });
    const address = hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) === 0) await find(address);
    else if (!isAllowed(address, address)) throw privateAddress(address);
  }

  return Object.assign(send, { check });
}

function requireHttp({ protocol }: Pick<URL, 'protocol'>): void {
  if (protocol !== 'http:' && protocol !== 'https:') throw unsupportedAddress(protocol);
}

/** Reaches public servers only. */
export const publicFetch = createPublicFetch();
