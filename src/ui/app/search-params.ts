/**
 * The query string of the URL, with each value decoded exactly once. wouter's hooks of the same names decode the whole text first and
 * URLSearchParams decodes it again, so the file `report%20A.md` would open `report A.md`; `npm run check` rejects them.
 */
import { useCallback, useMemo } from 'react';
import { navigate, useSearch as useRawSearch } from 'wouter/use-browser-location';

/** @returns the query string as in the URL, without its question mark */
export const useSearch = (): string => useRawSearch().replace(/^\?/, '');

type Params = URLSearchParams | Record<string, string>;
type Next = Params | ((before: URLSearchParams) => Params);

/** @returns the values, and a function that navigates to the same page with other values */
export function useSearchParams(): [URLSearchParams, (next: Next, options?: { replace?: boolean }) => void] {
  const search = useSearch();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const setParams = useCallback((next: Next, options?: { replace?: boolean }) => {
    const { pathname, search: before } = window.location;
    const query = new URLSearchParams(typeof next === 'function' ? next(new URLSearchParams(before)) : next);
    navigate(query.size > 0 ? `${pathname}?${query}` : pathname, options);
  }, []);
  return [params, setParams];
}
