const authPages = ['/signin', '/signup', '/forgot-password', '/reset-password', '/verify-email'];

/** Where to go after signing in: only ever a page of this site, whatever the URL says. */
export function readNext(search: string, origin = window.location.origin): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const url = URL.parse(next, origin);
  if (!next.startsWith('/') || url?.origin !== origin) return '/';
  // The sign-in page would loop, and a path that starts with two slashes names another host.
  return authPages.includes(url.pathname) || url.pathname.startsWith('//') ? '/' : url.pathname + url.search;
}

/** Where the link of an invitation leads. */
export const invitationUrl = (token: string): string => `/invitation?${new URLSearchParams({ token })}`;

/** @returns the token of the invitation that a page of this site is for */
export const invitationIn = (next: string): string | undefined =>
  next.startsWith('/invitation?') ? (new URLSearchParams(next.slice(next.indexOf('?'))).get('token') ?? undefined) : undefined;
