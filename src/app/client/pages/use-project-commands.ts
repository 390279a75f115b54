import { useEffect, useEffectEvent, useMemo } from 'react';
import type { Place } from '#features/files/client/go-to.ts';
import { FILES_MODE, useFileSources } from '#features/files/client/search/use-file-sources.ts';
import type { View } from '#features/files/client/view.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { openPalette } from '#ui/app/open-palette.ts';
import { texts } from './texts/project.ts';

const words = texts.commands;

interface ProjectCommandsOptions {
  projectId: string;
  editable: boolean;
  openPaths: readonly string[];
  onNewFile: () => void;
  onOpen: (path: string, place?: Place) => void;
  onRun: (runId: string | undefined) => void;
  onView: (view: View) => void;
  /** @param q undefined: what is selected, or was searched for last */
  onSearch: (q?: string) => void;
}

/** The command palette's entries within a project, and its keys. */
export function useProjectCommands({
  projectId,
  editable,
  openPaths,
  onNewFile,
  onOpen,
  onRun,
  onView,
  onSearch,
}: ProjectCommandsOptions): void {
  const commands = useMemo((): Command[] => {
    const making: Command[] = [
      { id: 'new-file', label: words.newFile, icon: 'plus', run: onNewFile },
      {
        id: 'new-run',
        label: words.newRun,
        icon: 'agent',
        run: () => {
          onRun(undefined);
          // After the list and its composer have replaced the conversation.
          setTimeout(() => document.querySelector<HTMLElement>('.composer textarea')?.focus(), 50);
        },
      },
    ];
    const viewing: Command[] = [
      { id: 'search', label: words.searchFiles, icon: 'search', run: () => onSearch() },
      { id: 'history', label: words.projectHistory, icon: 'history', run: () => onView({ kind: 'history', of: undefined }) },
    ];
    return [...(editable ? making : []), ...viewing];
  }, [editable, onNewFile, onRun, onView, onSearch]);
  useCommands(commands);
  useFileSources({ projectId, recent: openPaths, onOpen, onSearch });
  useProjectKeys(onSearch);
}

/** Ctrl+P finds a file, Ctrl+Shift+F searches: the browser would print the page, which nobody wants here. */
function useProjectKeys(onSearch: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector('dialog[open]')) return;
    const key = event.key.toLowerCase();
    if (key === 'p' && !event.shiftKey) openPalette(FILES_MODE);
    else if (key === 'f' && event.shiftKey) onSearch();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
}
