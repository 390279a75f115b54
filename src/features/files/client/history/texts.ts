/** What the history of files says. */
import type { Change } from '#features/files/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';

const files = (count: number): string => (count === 1 ? '1 file' : `${formatNumber(count)} files`);

/** What a change of one file, or of several, did. */
const did = {
  create: { one: (path: string) => `Created ${path}`, many: (count: number) => `Created ${files(count)}` },
  write: { one: (path: string) => `Changed ${path}`, many: (count: number) => `Changed ${files(count)}` },
  delete: { one: (path: string) => `Deleted ${path}`, many: (count: number) => `Deleted ${files(count)}` },
  move: { one: (path: string) => `Moved ${path}`, many: (count: number) => `Moved ${files(count)}` },
  batch: { one: (path: string) => `Changed ${path}`, many: (count: number) => `Changed ${files(count)}` },
  revert: { one: (path: string) => `Undid a change to ${path}`, many: (count: number) => `Undid a change to ${files(count)}` },
  import: { one: (path: string) => `Imported ${path}`, many: (count: number) => `Imported ${files(count)}` },
  restore: { one: (path: string) => `Restored ${path}`, many: (count: number) => `Restored ${files(count)}` },
} satisfies Record<Change['kind'], { one: (path: string) => string; many: (count: number) => string }>;

export const texts = {
  title: 'History',
  close: 'Close history',
  ofProject: 'Project history',
  ofPath: (path: string) => `History of ${path}`,
  loading: 'Loading history',
  empty: 'No history yet',
  emptyAbout: 'Save a file, and each version appears here.',
  noneMatch: 'No change matches',
  noneMatchAbout: 'Remove a filter to see more.',
  more: 'Show older changes',
  did,
  moved: (name: string, folder: string) => `Moved ${name} to ${folder === '' ? 'the top of the project' : folder}`,
  renamed: (from: string, to: string) => `Renamed ${from} to ${to}`,
  undone: 'Undone',
  number: (number: number) => `Change ${formatNumber(number)}`,
  state: (number: number, what: string, ago: string) => `Change ${formatNumber(number)} · ${what} · ${ago}`,
  quoted: (name: string) => `“${name}”`,
  /** In a sentence. */
  after: (number: number, ago: string) => `change ${formatNumber(number)} (${ago})`,
  actions: (number: number) => `Actions for change ${number}`,
  now: 'Now',
  today: 'Today',
  yesterday: 'Yesterday',
  start: 'Empty project',

  filters: {
    label: 'Filter changes',
    person: 'Person',
    anyone: 'Anyone',
    personAbout: 'Changes made by hand, without runs',
    path: 'File or folder',
    pathPlaceholder: 'Whole project',
    run: (number: string) => `Only run ${number}`,
    allRuns: 'Show changes of all runs',
  },

  menu: {
    compareNow: 'Compare with now',
    restore: 'Restore this state…',
    name: 'Name this state…',
    download: 'Download this state',
    downloadFile: 'Download this version',
    undo: 'Undo this change',
    onlyRun: 'Only changes of this run',
    openRun: 'Open the run',
    full: 'Compare, restore and more',
  },

  detail: {
    label: 'Selected change',
    back: 'Back to the list',
    choose: 'Choose a change to see what it did',
    chooseAbout: 'Or compare two states, and restore a file, a folder or the project to one of them.',
    compare: 'Compare with now',
    restore: 'Restore…',
    undo: 'Undo',
    openRun: 'Open run',
  },

  compare: {
    title: 'Compare',
    button: 'Compare…',
    from: 'From',
    to: 'To',
    same: 'No difference',
    sameAbout: 'All files are the same in both states.',
    swap: 'Swap both states',
    comparing: 'Comparing',
    changed: (count: number, more: boolean) =>
      more ? `More than ${files(count)} differ.` : `${files(count)} ${count === 1 ? 'differs' : 'differ'}.`,
    moreFiles: 'Show more files',
    view: 'View',
    unified: 'Unified',
    side: 'Side by side',
    before: 'Before',
    after: 'After',
    back: 'All files',
    loading: 'Loading both versions',
    binary: 'This is not text, so there are no lines to compare.',
    tooLarge: 'This is too large to be compared line by line.',
  },

  restore: {
    title: 'Restore',
    project: (state: string) => `Restore the project as of ${state}?`,
    path: (path: string, state: string) => `Restore ${path} as of ${state}?`,
    about: 'This becomes a new change, which you can undo. Nothing is lost from the history.',
    action: 'Restore',
    cancel: 'Cancel',
    done: (count: number) => `Restored ${files(count)}.`,
    undo: 'Undo',
    unsaved: 'You have unsaved changes. Files that are restored show both versions, so that nothing is lost.',
  },

  points: {
    title: 'Named states',
    add: 'Name this state',
    addAt: (state: string) => `Name the state as of ${state}`,
    addNow: 'Name the state of the project as it is now',
    name: 'Name',
    placeholder: 'Before launch',
    action: 'Save name',
    added: (name: string) => `Named this state “${name}”.`,
    actions: (name: string) => `Actions for ${name}`,
    remove: 'Delete the name',
    removed: (name: string) => `Deleted the name “${name}”. The history stays.`,
    undo: 'Undo',
    by: (name: string) => `by ${name}`,
    none: 'Give a state a name, for example “before launch”, to find it again.',
  },

  blame: {
    toggle: 'Show who wrote each line',
    short: 'Authors',
    loading: 'Finding out who wrote each line',
    failed: 'Who wrote each line cannot be shown.',
    line: (line: number) => `Line ${formatNumber(line)}`,
    unsaved: 'Not saved yet',
    older: 'Older lines are credited to the oldest change that was looked at.',
    showChange: 'Show change',
    openRun: 'Open run',
    gutter: 'Authors of the lines',
  },
} as const;
