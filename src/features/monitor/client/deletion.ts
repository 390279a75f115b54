/** Deleting a report can be undone for a while; until then this browser only hides it. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { deleteLoadReport } from '#features/monitor/contract.ts';
import { call } from '#ui/app/call.ts';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { urlOf } from '#wire/call.ts';
import { listKey } from './queries.ts';
import { texts } from './texts/list.ts';

/** As long as a toast with an action is shown. */
const UNDO_MS = 12_000;

let hidden: ReadonlySet<string> = new Set();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function hide(ids: Iterable<string>): void {
  hidden = new Set(ids);
  for (const listener of listeners) listener();
}

/** Ids of reports whose deletion is pending. */
export function useHiddenReports(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hidden,
  );
}

function show(id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  hide([...hidden].filter((each) => each !== id));
}

async function finish(client: QueryClient, id: string): Promise<void> {
  timers.delete(id);
  try {
    await call(deleteLoadReport, { params: { reportId: id } });
    await client.invalidateQueries({ queryKey: listKey });
    client.removeQueries({ queryKey: ['load-report', id] });
  } catch (error) {
    showFailure(error);
  }
  show(id);
}

/** Leaving the page confirms the deletion. */
window.addEventListener('pagehide', () => {
  for (const [reportId, timer] of timers) {
    clearTimeout(timer);
    void fetch(urlOf(deleteLoadReport, { params: { reportId } }), { method: 'DELETE', keepalive: true });
  }
  timers.clear();
});

/** @returns a function that deletes a report and offers to undo it; `name` as in `nameOf` */
export function useDeleteReport(): (id: string, name: string) => void {
  const client = useQueryClient();
  return useCallback(
    (id, name) => {
      hide([...hidden, id]);
      timers.set(
        id,
        setTimeout(() => void finish(client, id), UNDO_MS),
      );
      showToast(texts.deleted(name), { action: { label: texts.undo, onSelect: () => show(id) } });
    },
    [client],
  );
}
