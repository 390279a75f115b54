import { useSyncExternalStore } from 'react';
import { Icon } from '../primitives/icon.tsx';
import { texts } from '../texts/app.ts';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** Shown while there is no connection at all. */
export function OfflineNotice() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <output className="offline" hidden={online}>
      <Icon name="alert" />
      {!online && texts.offline}
    </output>
  );
}
