/** Which hosts a list allows: `example.com` is that host, `*.example.com` is every host below it. */
import * as z from 'zod';
import { texts as wire } from '#wire/texts.ts';
import { texts } from './texts.ts';

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const pattern = new RegExp(`^(?:\\*\\.)?(?:${label}\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`);

/** As browsers write it: lower case, other scripts in punycode. */
function asHost(text: string): string {
  const [, star = '', host = ''] = /^(\*\.)?(.*)$/s.exec(text.trim().toLowerCase()) ?? [];
  // Only host names with non-ASCII characters, so that an address with a path is not read as its host.
  if (!/[^\0-\x7f]/.test(host) || !URL.canParse(`http://${host}`)) return star + host;
  const { hostname, pathname, search, hash, port } = new URL(`http://${host}`);
  return pathname === '/' && !search && !hash && !port ? star + hostname : star + host;
}

export const hostPattern = z
  .string()
  .max(300, { error: () => wire.input.atMost(300) })
  .overwrite(asHost)
  .max(253, { error: () => texts.hostTooLong(253) })
  .regex(pattern, { error: () => texts.host });

/** @param hostname as returned by `URL` */
export function isAllowedHost(hostname: string, patterns: readonly string[]): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return patterns.some((allowed) => (allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed));
}
