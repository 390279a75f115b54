/**
 * The events of the browser's one live stream, by name. The inbox reads the stream and publishes here; other features subscribe, without
 * knowing where the events come from.
 */

/** The stream has been opened, for the first time or again: whatever happened before may have been missed. */
export const OPENED = 'opened';

type Listener = (data: unknown) => void;

const listeners = new Map<string, Set<Listener>>();

export function publishLive(event: string, data: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(data);
}

/** @returns a function that ends the subscription */
export function subscribeLive(event: string, listener: Listener): () => void {
  const known = listeners.get(event) ?? new Set();
  listeners.set(event, known.add(listener));
  return () => known.delete(listener);
}
