/** How a person likes the editor, remembered in this browser. */
import { useSyncExternalStore } from 'react';
import { actingUser } from '#ui/app/acting-user.ts';
import { readStored, writeStored } from '#ui/app/stored.ts';

interface EditorOptions {
  /** Long lines continue below. */
  wrap: boolean;
  autosave: boolean;
  /** Shows who wrote each line. */
  authors: boolean;
}

const start: EditorOptions = { wrap: true, autosave: false, authors: false };
const listeners = new Set<() => void>();
let read: { by: string | undefined; options: EditorOptions } | undefined;

const keyOf = (user: string | undefined) => `editor:${user}`;

/** The same object until an option changes. */
function optionsNow(): EditorOptions {
  const user = actingUser();
  if (read && read.by === user) return read.options;
  const stored = readStored(keyOf(user));
  read = { by: user, options: typeof stored === 'object' ? { ...start, ...stored } : start };
  return read.options;
}

function setOption(changes: Partial<EditorOptions>): void {
  read = { by: actingUser(), options: { ...optionsNow(), ...changes } };
  writeStored(keyOf(read.by), read.options);
  for (const listener of listeners) listener();
}

export function useEditorOptions(): [EditorOptions, (changes: Partial<EditorOptions>) => void] {
  const options = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, optionsNow);
  return [options, setOption];
}
