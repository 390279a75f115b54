/** The commands in the palette: each screen adds its own while it is shown, and sources that look up more for what is typed. */
import { useEffect, useSyncExternalStore } from 'react';
import type { IconName } from '../primitives/icon.tsx';

export interface Command {
  id: string;
  label: string;
  icon: IconName;
  /** The kind of its subject: "Project", "File". */
  hint?: string;
  /** The part of the label that was looked for. */
  mark?: { from: number; length: number };
  run: () => void;
}

/** Looks up commands for what is typed, such as files. */
export interface CommandSource {
  id: string;
  /** Its name as a mode of the palette, in which nothing else is looked up. */
  mode: string;
  placeholder: string;
  /** In its mode, if there is nothing. */
  nothing: string;
  /** Also asked together with all commands. */
  always: boolean;
  /** Typing pauses this long before it is asked, in ms. */
  pauseMs: number;
  /** @param query '' only in its mode */
  find: (query: string, signal: AbortSignal) => Promise<readonly Command[]>;
}

type Reach = 'here' | 'everywhere';

/** What the screens have added, by screen. */
function createRegistry<T>(sort: (groups: { reach: Reach; items: readonly T[] }[]) => { items: readonly T[] }[]) {
  const groups = new Map<symbol, { reach: Reach; items: readonly T[] }>();
  const listeners = new Set<() => void>();
  let all: readonly T[] = [];
  const publish = () => {
    all = sort([...groups.values()]).flatMap(({ items }) => items);
    for (const listener of listeners) listener();
  };
  return {
    /** @returns a function that removes them */
    add(items: readonly T[], reach: Reach): () => void {
      const key = Symbol();
      groups.set(key, { reach, items });
      publish();
      return () => {
        groups.delete(key);
        publish();
      };
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    all: () => all,
  };
}

// Commands of the current screen come first.
const commands = createRegistry<Command>((groups) =>
  groups.sort((a, b) => Number(a.reach === 'everywhere') - Number(b.reach === 'everywhere')),
);
const sources = createRegistry<CommandSource>((groups) => groups);

/** `added` must be memoized: each new list is published again. */
export function useCommands(added: readonly Command[], reach: Reach = 'here'): void {
  useEffect(() => commands.add(added, reach), [added, reach]);
}

/** `added` must be memoized. */
export function useCommandSources(added: readonly CommandSource[]): void {
  useEffect(() => sources.add(added, 'here'), [added]);
}

export const useAllCommands = (): readonly Command[] => useSyncExternalStore(commands.subscribe, commands.all);
export const useAllSources = (): readonly CommandSource[] => useSyncExternalStore(sources.subscribe, sources.all);

/** Every word of the query appears in the label or hint; labels that begin with the query come first. */
export function findCommands(found: readonly Command[], query: string, limit = 50): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = found.filter(({ label, hint }) => {
    const text = `${label} ${hint ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const first = words[0];
  if (first) fits.sort((a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)));
  return fits.slice(0, limit);
}
