/**
 * `fetch` for addresses that people enter: it reaches public servers only. The address is checked when the connection is made, and
 * the connection goes to exactly what was checked, so a name that answers differently the second time gains nothing. Every hop of
 * a redirect connects the same way.
 */
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, Request as OwnRequest, type RequestInit as OwnRequestInit, fetch as ownFetch } from 'undici';
import { badRequest, Refusal } from '#kernel/errors.ts';
import { isPublicAddress } from './public-address.ts';

interface Resolved {
  address: string;
  family: number;
}
type Resolve = (hostname: string) => Promise<Resolved[]>;

const CONNECT_TIMEOUT_MS = 10_000;

const privateAddress = (hostname: string) =>
  new Refusal(422, 'private_address', `${hostname} is an address in a private or reserved network, which is never called from here.`);
const unsupportedAddress = (protocol: string) =>
  badRequest('unsupported_address', `Addresses begin with http:// or https:// here, not with ${protocol}//.`);

const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/** Names as undici asks for them, with what is not allowed left out. */
function checkedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const allowed = found.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (!first) callback(privateAddress(hostname), [], 0);
        else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, [], 0),
    );
  };
}

/**
 * Throws `Refusal` with the code `private_address` or `unsupported_address`; else as `fetch` does. Not for requests whose body is
 * a FormData.
 * @param resolve all addresses of a name; for tests
 * @param isAllowed which of them may be called; for tests
 */
export function createPublicFetch({ resolve = resolveBySystem, isAllowed = isPublicAddress } = {}): typeof fetch {
  const connectTo = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    lookup: checkedLookup(resolve, isAllowed),
  } as buildConnector.BuildOptions);
  const dispatcher = new Agent({
    connect(options, callback) {
      // No lookup is made for a number, so it is checked here.
      if (isIP(options.hostname) !== 0 && !isAllowed(options.hostname)) callback(privateAddress(options.hostname), null);
      else connectTo(options, callback);
    },
  });

  return async (input, init) => {
    const { protocol } = new URL(input instanceof Request ? input.url : input);
    if (protocol !== 'http:' && protocol !== 'https:') throw unsupportedAddress(protocol);
    // Node's own Request is of another copy of undici, which this one does not know.
    const request = input instanceof Request ? new OwnRequest(input.url, input as unknown as OwnRequestInit) : input;
    try {
      return (await ownFetch(request, { ...(init as OwnRequestInit), dispatcher })) as unknown as Response;
    } catch (error) {
      throw error instanceof TypeError && error.cause instanceof Refusal ? error.cause : error;
    }
  };
}

/** Reaches public servers only. */
export const publicFetch = createPublicFetch();
