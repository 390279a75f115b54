/** What the editor and the views around a file say. */

import type { Change } from '#features/files/contract.ts';

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** What a change of a file did, in a word. */
const did = {
  create: 'Created',
  write: 'Changed',
  delete: 'Deleted',
  move: 'Moved',
  batch: 'Changed',
  revert: 'Undid a change',
  import: 'Imported',
  restore: 'Restored',
} satisfies Record<Change['kind'], string>;

export const texts = {
  history: {
    did,
    didMany: (kind: Change['kind'], count: string) => `${did[kind]} ${count} files`,
    undo: (number: number) => `Undo change ${number}`,
    undoMany: (count: string) => `Undo this change in all ${count} files`,
    undoShort: 'Undo',
  },
  editor: {
    pane: 'Editor',
    openFiles: 'Open files',
    close: (name: string) => `Close ${name}`,
    /** For screen readers, after a file's name. */
    unsaved: ', unsaved',
    empty: 'No file is open',
    emptyAbout: (key: string) => `Choose one in the tree, or press ${key}+P and type its name.`,
    create: 'Create a file',
    loading: (path: string) => `Loading ${path}`,
    loadingEditor: 'Loading the editor',
    loadingView: 'Loading this view',
    history: 'History',
    save: 'Save',
    readOnly: 'Read only',
    gone: (name: string) => `${name} is gone from the project, so it was closed here.`,
  },
  state: {
    saving: 'Saving…',
    saved: 'Saved',
    unsaved: 'Unsaved changes',
    deletedByYou: 'Deleted in another tab',
    deletedByOthers: 'Deleted by someone else',
    changedByYou: 'Changed in another tab',
    changedByOthers: 'Changed by someone else',
  },
  closing: {
    title: (name: string) => `Save ${name} before closing?`,
    about: 'It has changes that are not saved yet.',
    discard: 'Close without saving',
    cancel: 'Cancel',
    save: 'Save and close',
  },
  notices: {
    /** Followed by how long ago. */
    restored: 'Restored your unsaved changes from',
    discard: 'Discard',
    undo: 'Undo',
    asSaved: (name: string) => `${name} is as it was saved.`,
    refreshedByYou: 'You changed this file in another tab. This is the new version.',
    refreshed: (who: string) => `${who} changed this file just now. This is the new version.`,
    noRoom: 'This browser has no room to keep your changes over a reload. Save before you leave the page.',
    newer: (who: string) => `${who} saved this file while you were editing. Saving merges both versions if you changed different lines.`,
    newerByYou: 'You saved this file in another tab while editing it here. Saving merges both versions if they changed different lines.',
    deleted: (who: string) => `${who} deleted this file while you were editing. Your text is still here.`,
    deletedByYou: 'You deleted this file in another tab while editing it here. Your text is still here.',
    merge: 'Merge now',
    compare: 'Compare',
    saveAgain: 'Save it again',
  },
  merged: {
    withYours: 'Merged with your changes from another tab.',
    withTheirs: (whose: string) => `Merged with ${whose} changes.`,
    undo: 'Undo',
    tooLate: (name: string) => `${name} has changed since then. Undo the merge in its history.`,
  },
  conflict: {
    saved: (who: string) => `${who} saved this file while you were editing it.`,
    savedByYou: 'You saved this file in another tab while you were editing it here.',
    deleted: (who: string) => `${who} deleted this file while you were editing it.`,
    deletedByYou: 'You deleted this file in another tab while you were editing it here.',
    about: 'Nothing was overwritten. Merge both versions below, then keep yours, or take theirs.',
    aboutOwn: 'Nothing was overwritten. Merge both versions below, then keep this one, or take the other one.',
    aboutDeleted: 'What you typed is still here. Save it again, or close the file.',
    saveAgain: 'Save it again',
    keepMine: 'Keep mine',
    keepThis: 'Keep this version',
    takeTheirs: 'Take theirs',
    takeOther: 'Take the other version',
  },
  diffs: {
    label: 'What changed',
    comparing: 'Comparing',
    kinds: { created: 'created', changed: 'changed', deleted: 'deleted' },
    moved: 'moved',
    movedFrom: (path: string) => `Moved from ${path}; its content is the same.`,
    counts: (added: string, removed: string) => `${added} lines added, ${removed} removed`,
    beside: (path: string) => `Show ${path} side by side`,
    more: (all: string) => `More files were changed with these; ${all} in all.`,
    showMore: 'Show more files',
  },
  presence: {
    here: (names: readonly string[]) =>
      names.length === 1 ? `${names[0]} has this file open` : `${list.format(names)} have this file open`,
  },
} as const;
