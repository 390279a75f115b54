import { useSyncExternalStore } from 'react';

/** Below this width, the panes of a project are shown one at a time. */
const narrow = window.matchMedia('(max-width: 859px)');

export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );
}

export const commandKey = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';
