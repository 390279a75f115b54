/** Finds a request's client address, as far as trusted proxies report it. */
import { isIP } from 'node:net';
import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** Nearby proxies: a client on the internet cannot have such an address. */
const near = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal']);

/** Whether the proxy at this address, this many hops away (0: the one that connected), is trusted. */
type TrustProxy = (address: string, hop: number) => boolean;

/** @param hops trusted regardless of address; undefined: one, if it connects from a loopback or private address */
export function trustProxies(hops: number | undefined): TrustProxy {
  return hops === undefined ? (address, hop) => hop === 0 && isNear(address) : (_address, hop) => hop < hops;
}

function isNear(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical !== undefined && near.has(ipaddr.parse(canonical).range());
}

/**
 * The client's address in canonical form. Reads the header from the right while the reporting proxy is trusted; an invalid address counts
 * as absent, since it would become a rate limit key of any length.
 */
export const addressOf = (request: Request): string => readHops(request).address;

/** @returns also how many entries of the header were believed */
export function readHops(request: Request): { address: string; hops: number } {
  const trust = request.app.get('trust proxy fn') as TrustProxy;
  let address = canonicalAddress(request.socket.remoteAddress ?? '') ?? '';
  const header = request.headers['x-forwarded-for'];
  if (header === undefined) return { address, hops: 0 };
  let rest = String(header);
  let hops = 0;
  for (; rest !== '' && trust(address, hops); hops++) {
    const comma = rest.lastIndexOf(',');
    const next = readAddress(rest.slice(comma + 1));
    if (next === undefined) break;
    address = next;
    rest = comma < 0 ? '' : rest.slice(0, comma);
  }
  return { address, hops };
}

/**
 * @param text of one hop: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`, each also in quotes: some gateways add the
 * port, and RFC 7239 adds brackets and quotes
 */
function readAddress(text: string): string | undefined {
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  const [, bracketed, ipv4] = /^\[([^\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/.exec(bare) ?? [];
  return canonicalAddress(bracketed ?? ipv4 ?? bare);
}

/** @returns IPv6 in its canonical short form without a zone, IPv4 in dotted form even if mapped into IPv6; undefined if invalid */
export function canonicalAddress(address: string): string | undefined {
  if (!isIP(address)) return undefined;
  const parsed = ipaddr.process(address.replace(/%.*$/, ''));
  // NAT64: otherwise all of IPv4 would be one /64.
  if (parsed.range() === 'rfc6052') return parsed.toByteArray().slice(-4).join('.');
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString();
}

/** @returns the unit that limits count: an IPv6 customer has a whole /64 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const { parts } = ipaddr.parse(address) as ipaddr.IPv6;
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
