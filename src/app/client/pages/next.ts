const authPages = ['/signin', '/signup'];

/** Where to go after signing in: a page of this site and nothing else, whatever the address says. */
export function readNext(search: string, origin = window.location.origin): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const url = URL.parse(next, origin);
  if (!next.startsWith('/') || url?.origin !== origin) return '/';
  // Back to the entrance would be a circle, and a path of two slashes names another host.
  return authPages.includes(url.pathname) || url.pathname.startsWith('//') ? '/' : url.pathname + url.search;
}
