import { eventually } from './eventually.ts';
import type { Mailbox } from './mailbox.ts';

/** @returns path and query of the newest link to a screen that an address was sent; the host is PUBLIC_URL's, where no test listens */
export async function mailedLink(mailbox: Mailbox, address: string, screen: string): Promise<string> {
  const links = await eventually(
    `${address} has a link to ${screen}`,
    () =>
      mailbox.mails
        .filter(({ to }) => to.includes(address))
        .flatMap(({ text }) => text.match(/https?:\/\/\S+\?token=[\w-]+/g) ?? [])
        .map((link) => new URL(link))
        .filter(({ pathname }) => pathname === screen),
    (found) => found.length > 0,
  );
  const { pathname, search } = links.at(-1) ?? new URL('invalid:');
  return pathname + search;
}
