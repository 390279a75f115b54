import { useEffect, useRef } from 'react';
import { showToast } from '#ui/primitives/toast.tsx';
import { useNewestInPage } from './queries.ts';
import { texts } from './texts/toasts.ts';

/** Shows a toast for each notification since the page was opened; refetches the list after each live update. */
export function useNotificationToasts(onOpen: (path: string) => void): void {
  const { data } = useNewestInPage();
  /** When the newest known notification was created; undefined before the first fetch, which shows no toasts. */
  const seen = useRef<string>(undefined);
  useEffect(() => {
    if (!data) return;
    const before = seen.current;
    seen.current = data[0]?.createdAt ?? before ?? '';
    if (before === undefined) return;
    for (const { kind, subject, path } of data.filter(({ createdAt }) => createdAt > before).toReversed()) {
      // The user already has that page open.
      if (path === location.pathname + location.search) continue;
      showToast(subject, {
        kind: kind === 'start_failed' ? 'danger' : 'news',
        action: { label: texts.open, onSelect: () => onOpen(path) },
      });
    }
  }, [data, onOpen]);
}
