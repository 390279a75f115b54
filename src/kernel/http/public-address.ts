/** Which addresses are on the public internet: only those known to be are allowed. */
import ipaddr from 'ipaddr.js';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** A public number, but Azure's internal service inside each of its machines. */
const azureWireServer = '168.63.129.16';

/**
 * @param address an IPv4 or IPv6 address from a resolver or a URL
 * @returns false for private, loopback, link-local (where clouds serve their secrets), shared, multicast, documentation and reserved
 * ranges, for tunnels to them, and for invalid addresses
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

/** Link-local addresses, and others by which clouds serve a machine's secrets: no private network runs its own programs there. */
export function isOfCloud(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'linkLocal' || [azureWireServer, aws6, alibaba].includes(parsed.toString());
}

/** @returns the IPv4 address embedded in ::ffff:a.b.c.d or NAT64's 64:ff9b::a.b.c.d; other embeddings are obsolete */
function embedded(address: ipaddr.IPv6): string | undefined {
  if (!address.isIPv4MappedAddress() && !address.match(nat64)) return undefined;
  return address.toByteArray().slice(-4).join('.');
}
