/** Which addresses are on the public internet: all that is not known to be goes nowhere. */
import ipaddr from 'ipaddr.js';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** A public number, and yet Azure's own service inside every machine of theirs. */
const azureWireServer = '168.63.129.16';

/**
 * @param address an IPv4 or IPv6 address, as a resolver or a URL gives it
 * @returns false for private, loopback, link-local (clouds tell their secrets there), shared, multicast, documentation and
 * reserved ranges, for what tunnels to them, and for what is no address
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast' && parsed.toString() !== azureWireServer;
  const inside = embedded(parsed as ipaddr.IPv6);
  if (inside) return isPublicAddress(inside);
  return parsed.range() === 'unicast' && parsed.match(globalUnicast);
}

const aws6 = 'fd00:ec2::254';
const alibaba = '100.100.100.200';

/** Link-local addresses, and those of their own by which clouds tell a machine its secrets: no program of anybody’s network is there. */
export function isOfCloud(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'linkLocal' || [azureWireServer, aws6, alibaba].includes(parsed.toString());
}

/** @returns the IPv4 address that ::ffff:a.b.c.d and NAT64's 64:ff9b::a.b.c.d stand for; other ways to embed one are out of use */
function embedded(address: ipaddr.IPv6): string | undefined {
  if (!address.isIPv4MappedAddress() && !address.match(nat64)) return undefined;
  return address.toByteArray().slice(-4).join('.');
}
