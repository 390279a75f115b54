import { useEffect, useRef } from 'react';
import { showToast } from '#ui/primitives/toast.tsx';
import { useNewestInPage } from './queries.ts';

/** Says in the page what has happened since it was opened; the list is asked for again whenever there is news. */
export function useNotificationToasts(onOpen: (path: string) => void): void {
  const { data } = useNewestInPage();
  /** When the newest one of before was made; undefined before the first look, which tells nothing. */
  const seen = useRef<string>(undefined);
  useEffect(() => {
    if (!data) return;
    const before = seen.current;
    seen.current = data[0]?.createdAt ?? before ?? '';
    if (before === undefined) return;
    for (const { kind, subject, path } of data.filter(({ createdAt }) => createdAt > before).toReversed()) {
      // Who looks at it already sees it.
      if (path === location.pathname + location.search) continue;
      showToast(subject, { kind: kind === 'start_failed' ? 'danger' : 'news', action: { label: 'Open', onSelect: () => onOpen(path) } });
    }
  }, [data, onOpen]);
}
