/** Where to go after signing in: a path of this site and nothing else, whatever the address says. */
export function readNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const url = URL.parse(next, window.location.origin);
  return next.startsWith('/') && url?.origin === window.location.origin ? url.pathname + url.search : '/';
}
