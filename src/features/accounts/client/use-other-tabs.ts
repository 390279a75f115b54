import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { actingUser, onUserElsewhere } from '#ui/app/acting-user.ts';
import { forgetAll, refreshUser } from './queries.ts';
import { explainSignOut } from './signed-out.ts';
import { texts } from './texts/sign-in.ts';

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
        explainSignOut(texts.signedOut.elsewhere);
        forgetAll(client);
      }),
    [client],
  );
}
