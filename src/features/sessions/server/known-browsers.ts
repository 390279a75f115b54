/**
 * Browsers in which somebody has signed in before. A signed cookie names the accounts, so that guesses from elsewhere slow nobody
 * down who comes back. It lets nobody in: it only decides on whose account tries are counted.
 */

import { randomBytes } from 'node:crypto';
import { stringifySetCookie } from 'cookie';
import { sign, unsign } from 'cookie-signature';
import type { Request, Response } from 'express';
import { accountKeyOf } from '#kernel/account-key.ts';
import type { KnownBrowser } from '#kernel/http/route.ts';
import { cookiesOf } from './request-cookies.ts';

/** What the signed text begins with, so that no other cookie that we sign can stand in for it. */
const KIND = 'browser';
/** Browsers keep a cookie no longer than 400 days. */
const LASTS_S = 400 * 24 * 3600;
/** Accounts that one browser is known for, the last ones: whoever shares a browser with more signs in as from a new one. */
const MAX_ACCOUNTS = 5;

/** @param hostOnly is the site reached by https alone, so that the cookie can be bound to this very host? */
export function createKnownBrowsers({ secrets, hostOnly }: { secrets: readonly string[]; hostOnly: boolean }) {
  const name = hostOnly ? '__Host-guildhall.browser' : 'guildhall.browser';

  function verify(signed: string): KnownBrowser | undefined {
    for (const secret of secrets) {
      const text = unsign(signed, secret);
      if (text === false) continue;
      const [kind, id = '', accounts = ''] = text.split(':');
      if (kind === KIND) return { id, accounts: accounts.split('~') };
    }
    return undefined;
  }

  function read(request: Request): KnownBrowser | undefined {
    for (const value of cookiesOf(request, name)) {
      const browser = verify(value);
      if (browser) return browser;
    }
    return undefined;
  }

  return {
    /** @returns undefined for a browser in which nobody has signed in */
    read,
    /** @param known what was read of the browser in which somebody has just signed in to this account */
    remember(request: Request, response: Response, email: string, known: KnownBrowser | undefined): void {
      const { id, accounts } = known ?? { id: randomBytes(12).toString('base64url'), accounts: [] };
      const account = accountKeyOf(email);
      const all = [account, ...accounts.filter((other) => other !== account)].slice(0, MAX_ACCOUNTS);
      const value = sign(`${KIND}:${id}:${all.join('~')}`, secrets[0] ?? '');
      response.append(
        'set-cookie',
        stringifySetCookie({
          name,
          value,
          maxAge: LASTS_S,
          httpOnly: true,
          sameSite: 'lax',
          path: '/',
          secure: hostOnly || request.secure,
        }),
      );
    },
  };
}
