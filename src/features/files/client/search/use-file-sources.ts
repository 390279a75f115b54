/** Lets the command palette find files by their paths, and lines by their text. */
import { useMemo } from 'react';
import { findNames, searchFiles } from '#features/files/search-contract.ts';
import { call } from '#ui/app/call.ts';
import { type Command, type CommandSource, useCommandSources } from '#ui/app/commands.ts';
import { markHidden, markPath } from '#wire/hidden-characters.ts';
import type { Place } from '../go-to.ts';
import { titleOf } from '../text.ts';
import { parentOf } from '../tree/paths.ts';
import { splitLine } from './group-matches.ts';
import { texts } from './texts.ts';
import { readSelected } from './wanted.ts';

interface FileSourcesOptions {
  projectId: string;
  /** Open files, offered before anything is typed. */
  recent: readonly string[];
  onOpen: (path: string, place?: Place) => void;
  onSearch: (q: string) => void;
}

export const FILES_MODE = 'files';
/** Enough to choose from; the search has the rest. */
const MAX_LINES = 30;

export function useFileSources({ projectId, recent, onOpen, onSearch }: FileSourcesOptions): void {
  const sources = useMemo((): CommandSource[] => {
    const params = { projectId };
    const toFile = (path: string): Command => ({
      id: `file-${path}`,
      label: titleOf(path),
      icon: 'file',
      hint: markPath(parentOf(path)),
      run: () => onOpen(path),
    });
    const files: CommandSource = {
      id: FILES_MODE,
      mode: texts.palette.files,
      placeholder: texts.palette.findFile,
      nothing: texts.palette.noFile,
      always: true,
      pauseMs: 120,
      async find(q, signal) {
        if (q === '') return recent.toReversed().map(toFile);
        return (await call(findNames, { params, query: { q } }, { signal })).body.paths.map(toFile);
      },
    };
    const text: CommandSource = {
      id: 'text',
      mode: texts.palette.text,
      placeholder: texts.palette.findText,
      nothing: texts.palette.noText,
      always: false,
      pauseMs: 275,
      async find(q, signal) {
        if (readSelected(q) === undefined) return [];
        const { matches } = (await call(searchFiles, { params, query: { q, case: 'false' } }, { signal })).body;
        const lines = matches.slice(0, MAX_LINES).map((match): Command => {
          const { path, line, column, length } = match;
          const [before, found, after] = splitLine(match).map(markHidden) as [string, string, string];
          return {
            id: `line-${path}:${line}:${column}`,
            label: before + found + after,
            icon: 'file',
            hint: `${markPath(path)}:${line}`,
            mark: { from: before.length, length: found.length },
            run: () => onOpen(path, { line, column, length }),
          };
        });
        if (matches.length === 0) return [];
        return [...lines, { id: 'all-matches', label: texts.palette.all, icon: 'search', run: () => onSearch(q) }];
      },
    };
    return [files, text];
  }, [projectId, recent, onOpen, onSearch]);
  useCommandSources(sources);
}
