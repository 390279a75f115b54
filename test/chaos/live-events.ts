/** A page's stream of live events, opened again like a browser does whenever it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChangedFiles, followFiles } from '../harness/follow-files.ts';
import type { Person } from '../harness/test-server.ts';

const RECONNECT_MS = 300;

export function followLive(person: Person) {
  const leave = new AbortController();
  const newest = new Map<string, number>();
  const onFiles = ({ projectId, number }: ChangedFiles) => void newest.set(projectId, number);
  const following = (async () => {
    while (!leave.signal.aborted) {
      await followFiles(person, { onFiles, signal: leave.signal }).catch(() => undefined);
      if (!leave.signal.aborted) await sleep(RECONNECT_MS);
    }
  })();

  return {
    /** The number of the newest change of a project that it was told of. */
    newest: (projectId: string): number => newest.get(projectId) ?? 0,
    async close(): Promise<void> {
      leave.abort();
      await following;
    },
  };
}
