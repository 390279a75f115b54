/** The commands in the palette: each screen adds its own while it is shown. */
import { useEffect, useSyncExternalStore } from 'react';
import type { IconName } from '../primitives/icon.tsx';

export interface Command {
  id: string;
  label: string;
  icon: IconName;
  /** The kind of its subject: "Project", "File". */
  hint?: string;
  run: () => void;
}

type Reach = 'here' | 'everywhere';

const groups = new Map<symbol, { reach: Reach; commands: readonly Command[] }>();
const listeners = new Set<() => void>();
let all: readonly Command[] = [];

function publish(): void {
  // Commands of the current screen come first.
  const inOrder = [...groups.values()].sort((a, b) => Number(a.reach === 'everywhere') - Number(b.reach === 'everywhere'));
  all = inOrder.flatMap(({ commands }) => commands);
  for (const listener of listeners) listener();
}

/** `commands` must be memoized: each new list is published again. */
export function useCommands(commands: readonly Command[], reach: Reach = 'here'): void {
  useEffect(() => {
    const key = Symbol();
    groups.set(key, { reach, commands });
    publish();
    return () => {
      groups.delete(key);
      publish();
    };
  }, [commands, reach]);
}

export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
}

/** Every word of the query appears in the label or hint; labels that begin with the query come first. */
export function findCommands(commands: readonly Command[], query: string, limit = 50): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = commands.filter(({ label, hint }) => {
    const text = `${label} ${hint ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const first = words[0];
  if (first) fits.sort((a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)));
  return fits.slice(0, limit);
}
