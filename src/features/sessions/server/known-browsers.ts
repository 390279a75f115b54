/**
 * Browsers with an earlier sign-in. A signed cookie names their accounts, so guesses from elsewhere do not slow down returning users. It
 * grants no access: it only selects the account that tries count against.
 */

import { randomBytes } from 'node:crypto';
import { stringifySetCookie } from 'cookie';
import { sign, unsign } from 'cookie-signature';
import type { Request, Response } from 'express';
import { accountKeyOf } from '#kernel/account-key.ts';
import type { KnownBrowser } from '#kernel/http/route.ts';
import { cookiesOf } from './request-cookies.ts';

/** Prefix of the signed text, so no other cookie signed here can replace it. */
const KIND = 'browser';
/** Browsers store a cookie for at most 400 days. */
const LASTS_S = 400 * 24 * 3600;
/** The most recent accounts per browser: with more users on a shared browser, the earliest count as new again. */
const MAX_ACCOUNTS = 5;

/** @param hostOnly whether the site is reached by HTTPS alone, so the cookie can be bound to this host */
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
    /** @returns undefined for a browser without an earlier sign-in */
    read,
    /** @param known the browser's state before this sign-in */
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
