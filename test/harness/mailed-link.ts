import { eventually } from './eventually.ts';
import type { Mailbox } from './mailbox.ts';

/**
 * @param count of links to that screen that the address has been sent, since a newer one replaces those before it
 * @returns path and query of the newest; the host is PUBLIC_URL's, where no test listens
 */
export async function mailedLink(mailbox: Mailbox, address: string, screen: string, count = 1): Promise<string> {
  const links = await eventually(
    `${address} has ${count} links to ${screen}`,
    () =>
      mailbox.mails
        .filter(({ to }) => to.includes(address))
        .flatMap(({ text }) => text.match(/https?:\/\/\S+\?token=[\w-]+/g) ?? [])
        .map((link) => new URL(link))
        .filter(({ pathname }) => pathname === screen),
    (found) => found.length >= count,
  );
  const { pathname, search } = links.at(-1) ?? new URL('invalid:');
  return pathname + search;
}
