/** What searching and replacing in a project says. */
import { formatNumber } from '#ui/format/figure.ts';

const matches = (count: number): string => (count === 1 ? '1 match' : `${formatNumber(count)} matches`);
const files = (count: number): string => (count === 1 ? '1 file' : `${formatNumber(count)} files`);

export const texts = {
  title: 'Search',
  about: 'Search in files',
  close: 'Close search',
  field: 'Search for',
  placeholder: 'Search in all files',
  matchCase: 'Match case',
  word: 'Whole word',
  regex: 'Regular expression',
  /** Shown for these three. */
  signs: { matchCase: 'Aa', word: 'ab', regex: '.*' },
  glob: 'Files to include',
  globPlaceholder: '*.ts or docs/**',
  folder: 'In folder',
  folderPlaceholder: 'src/app',
  context: 'Show lines around matches',
  replaceToggle: 'Replace',
  replacement: 'Replace with',
  replacementHint: '$1 and $& stand for a group and the match.',
  results: 'Search results',
  searching: 'Searching',
  start: 'Search this project',
  startAbout: 'Type a word or a regular expression. Matches appear as you type.',
  none: 'No matches',
  noneAbout: (text: string) => `Nothing in the searched files matches “${text}”.`,
  noneAboutFiltered: (text: string) => `Nothing in the searched files matches “${text}”. Fewer filters find more.`,
  count: (found: number, inFiles: number) => `${matches(found)} in ${files(inFiles)}`,
  countSoFar: (found: number, inFiles: number) => `First ${matches(found)}, in ${files(inFiles)}`,
  more: 'Load more',
  partial: 'There may be more matches. Search for something more specific, or in a folder.',
  changed: 'Files have changed since this search.',
  again: 'Search again',
  inFile: (count: number) => matches(count),
  line: (line: number) => `Line ${line}`,

  preview: 'Preview',
  previewing: 'Preparing the preview',
  previewTitle: 'Replacements',
  back: 'Back to results',
  include: (path: string) => `Replace in ${path}`,
  includeAll: 'Replace in all files',
  showDiff: (path: string) => `Show what changes in ${path}`,
  hideDiff: (path: string) => `Hide what changes in ${path}`,
  nothing: 'Nothing to replace',
  nothingAbout: 'No file matches, or every match is already the same as its replacement.',
  chosen: (found: number, inFiles: number) => `${matches(found)} in ${files(inFiles)} will change.`,
  cut: (listed: number, all: number) =>
    `Only the first ${formatNumber(listed)} of ${files(all)} are listed. Replace in these, then preview again.`,
  replace: (found: number) => `Replace ${matches(found)}`,
  replaced: (found: number, inFiles: number) => `Replaced ${matches(found)} in ${files(inFiles)}.`,
  undo: 'Undo',
  outdated: 'Some of these files have changed since the preview, so nothing was replaced. This is the new preview.',
  unsaved: (count: number) =>
    count === 1
      ? 'One of these files has unsaved changes here. They are merged with the replacement when you save.'
      : `${count} of these files have unsaved changes here. They are merged with the replacement when you save.`,

  /** In the command palette. */
  palette: {
    files: 'Files',
    text: 'Text in files',
    findFile: 'Find a file by parts of its path',
    findText: 'Find text in all files',
    noFile: 'No file matches. Part of a name or path is enough.',
    noText: 'No line in this project contains this text.',
    all: 'Show all matches',
  },
} as const;
