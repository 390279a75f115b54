/** A list of hosts by name, address or network, as configured by an operator. */
import ipaddr from 'ipaddr.js';

export interface HostList {
  /** @param address the name resolves to; @param hostname as requested, or the address itself */
  allows(address: string, hostname: string): boolean;
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const namePattern = new RegExp(`^(?:\\*\\.)?(?:${label}\\.)*${label}$`);

/**
 * @param text comma-separated entries: `tracker`, `tracker.internal`, `*.internal` for all below it, `10.1.2.3`, `10.1.0.0/16`, `fd00::/8`
 * @returns the first invalid entry, as text
 */
export function readHostList(text: string): HostList | string {
  const entries = text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  const names: string[] = [];
  const networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const entry of entries) {
    const network = readNetwork(entry);
    if (network) networks.push(network);
    else if (namePattern.test(entry)) names.push(entry);
    else return entry;
  }
  return {
    allows(address, hostname) {
      const name = hostname.toLowerCase().replace(/\.$/, '');
      if (names.some((each) => (each.startsWith('*.') ? name.endsWith(each.slice(1)) : name === each))) return true;
      if (!ipaddr.isValid(address)) return false;
      const parsed = ipaddr.process(address);
      return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
    },
  };
}

function readNetwork(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return undefined;
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
