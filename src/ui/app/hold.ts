/** After a restore, nothing goes out until an operator confirms it. The live stream says so; pages show it where something waits for that. */
import { useSyncExternalStore } from 'react';
import { OPENED, subscribeLive } from './live-events.ts';

export interface Hold {
  backupMadeAt: string;
  restoredAt: string;
}

let hold: Hold | null = null;
const listeners = new Set<() => void>();

function set(next: Hold | null): void {
  hold = next;
  for (const listener of listeners) listener();
}

subscribeLive('hold', (data) => set(data as Hold | null));
// The server says at once if it is still so.
subscribeLive(OPENED, () => set(null));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Null: nothing is held back. */
export const useHold = (): Hold | null => useSyncExternalStore(subscribe, () => hold);
