import { useMemo } from 'react';
import { useFiles } from '#features/files/client/queries.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts/project.ts';

const words = texts.commands;

interface ProjectCommandsOptions {
  projectId: string;
  editable: boolean;
  onNewFile: () => void;
  onOpen: (path: string) => void;
  onRun: (runId: string | undefined) => void;
}

/** The command palette's entries within a project. */
export function useProjectCommands({ projectId, editable, onNewFile, onOpen, onRun }: ProjectCommandsOptions): void {
  const entries = useFiles(projectId).data?.entries;
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
    const files = (entries ?? []).filter(({ type }) => type === 'file');
    const opening = files.map(
      ({ path }): Command => ({ id: `file-${path}`, label: markPath(path), icon: 'file', hint: words.file, run: () => onOpen(path) }),
    );
    return [...(editable ? making : []), ...opening];
  }, [entries, editable, onNewFile, onOpen, onRun]);
  useCommands(commands);
}
