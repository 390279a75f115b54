/** Shows others' changes of a project's files as they happen. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listChanges } from '#features/files/history-contract.ts';
import { call } from '#ui/app/call.ts';
import { OPENED, publishLive, subscribeLive } from '#ui/app/live-events.ts';
import type { Buffers } from '../buffers.ts';
import { FILES_CHANGED } from '../queries.ts';
import { createSync } from './sync.ts';
import { isOutdated, type Touched } from './touched.ts';

/** In case an event was lost. */
const POLL_MS = 60_000;

/** Published with what changes have touched, except those made before the page was open. */
export const FILES_TOUCHED = 'files-touched';

export interface FilesTouched {
  projectId: string;
  touched: Touched;
}

/** Used once per project page. */
export function useLiveFiles(projectId: string, { follow }: Pick<Buffers, 'follow'>): void {
  const client = useQueryClient();
  useEffect(() => {
    let isFirst = true;
    const apply = (touched: Touched) => {
      follow((path) => {
        const touch = touched.paths.get(path);
        return touched.all ? { number: touched.number, by: touch?.by } : touch;
      });
      const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => isOutdated(touched, queryKey);
      void client.invalidateQueries({ queryKey: ['files', projectId], predicate });
      if (!isFirst) publishLive(FILES_TOUCHED, { projectId, touched } satisfies FilesTouched);
      isFirst = false;
    };
    const list = (limit: number) =>
      client.fetchQuery({
        queryKey: ['newest-changes', projectId, limit],
        queryFn: async () => (await call(listChanges, { params: { projectId }, query: { limit } })).body,
        gcTime: 0,
        staleTime: 0,
      });
    const sync = createSync({ list, apply });
    sync.request();
    const poll = () => {
      if (document.visibilityState === 'hidden') return;
      // Retries files that could not be loaded.
      follow(() => undefined);
      sync.request();
    };
    const ends = [
      subscribeLive('files', (data) => {
        const event = data as { projectId: string; number: number };
        if (event.projectId === projectId) sync.hear(event.number);
      }),
      subscribeLive(OPENED, sync.request),
      subscribeLive(FILES_CHANGED, (data) => data === projectId && sync.request()),
    ];
    const timer = setInterval(poll, POLL_MS);
    document.addEventListener('visibilitychange', poll);
    window.addEventListener('online', poll);
    return () => {
      sync.close();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', poll);
      window.removeEventListener('online', poll);
      for (const end of ends) end();
    };
  }, [client, projectId, follow]);
}
