/** What the editor of a text says. */
import { formatNumber } from '#ui/format/figure.ts';

export const texts = {
  leave: 'Press Esc, then Tab to leave the editor.',
  label: (name: string) => `${name}, editor`,
  actions: 'Editor options',
  menu: {
    find: 'Find',
    findAndReplace: 'Find and replace',
    goToLine: 'Go to line…',
    format: 'Format',
    wrap: 'Wrap long lines',
    noWrap: 'Don’t wrap long lines',
    autosaveOn: 'Save automatically',
    autosaveOff: 'Save only when asked',
    authorsOn: 'Show who wrote each line',
    authorsOff: 'Hide who wrote each line',
    foldAll: 'Fold everything',
    unfoldAll: 'Unfold everything',
    download: 'Download',
  },
  cannotFormat: (reason: string) => `This can’t be formatted: ${reason}`,
  formatted: 'Already formatted.',
  find: {
    panel: 'Find in this file',
    field: 'Find',
    replace: 'Replace with',
    showReplace: 'Show replace',
    hideReplace: 'Hide replace',
    next: 'Next match',
    previous: 'Previous match',
    close: 'Close find',
    replaceOne: 'Replace',
    replaceAll: 'Replace all',
    none: 'No matches',
    invalid: 'Invalid expression',
    count: (at: number, all: number) => (at === 0 ? `${formatNumber(all)} matches` : `${formatNumber(at)} of ${formatNumber(all)}`),
    countSome: (at: number, all: number) =>
      at === 0 ? `Over ${formatNumber(all)} matches` : `${formatNumber(at)} of over ${formatNumber(all)}`,
  },
  line: {
    panel: 'Go to line',
    field: (lines: number) => `Line (1 to ${formatNumber(lines)})`,
    go: 'Go',
    close: 'Close',
  },
  fold: { open: 'Fold', closed: 'Unfold', placeholder: 'Folded lines' },
} as const;
