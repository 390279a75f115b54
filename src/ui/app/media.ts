import { useSyncExternalStore } from 'react';

/** Below this width, the panes of a project are shown one at a time, and the navigation is at the bottom. */
const narrow = window.matchMedia('(max-width: 859px)');
/** From this width on, there is space for the names of the navigation next to their icons. */
const roomy = window.matchMedia('(min-width: 1100px)');

function useMatches(media: MediaQueryList): boolean {
  return useSyncExternalStore(
    (listener) => {
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => media.matches,
  );
}

export const useIsNarrow = (): boolean => useMatches(narrow);
export const useIsRoomy = (): boolean => useMatches(roomy);

export const commandKey = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';
