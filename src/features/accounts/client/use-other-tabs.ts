import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { actingUser, onUserElsewhere } from '#ui/app/acting-user.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { forgetAll, refreshUser } from './queries.ts';

/** Follows sign-ins and sign-outs in other tabs of this browser. */
export function useOtherTabs(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onUserElsewhere((id) => {
        if (id === (actingUser() ?? null)) return;
        if (actingUser() === undefined) return void refreshUser(client);
        // Discards everything this page knows about the previous user.
        if (id !== null) return location.reload();
        forgetAll(client);
        showToast('You signed out in another tab. What you typed is kept in this browser.', { kind: 'news' });
      }),
    [client],
  );
}
