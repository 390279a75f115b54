const entrances = ['/signin', '/signup'];

/** Where to go after signing in: a page of this site and nothing else, whatever the address says. */
export function readNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const url = URL.parse(next, window.location.origin);
  if (!next.startsWith('/') || url?.origin !== window.location.origin) return '/';
  // Back to the entrance would be a circle.
  return entrances.includes(url.pathname) ? '/' : url.pathname + url.search;
}
