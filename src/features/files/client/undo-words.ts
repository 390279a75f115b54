import type { UndoConflict } from '#features/files/contract.ts';
import type { UndoWords } from './undo-dialog.tsx';
import { describeAuthor, describeAuthorInline } from './who.ts';

/** For one change, in the history of a file. */
export const undoWords: UndoWords = {
  title: 'This cannot be undone by itself',
  summary: (count) =>
    `${count === 1 ? 'A file was' : `${count} files were`} changed since, in a way that an undo would overwrite. Nothing was touched. Undo the later changes first, or edit ${count === 1 ? 'the file' : 'the files'} by hand.`,
  reason,
  open: 'Open',
  sides: [
    { side: 'current', title: (line) => `Now, from line ${line} on` },
    { side: 'written', title: () => 'As the change wrote it' },
    { side: 'before', title: () => 'Before the change' },
  ],
  noLines: 'No line',
};

function reason({ reason: why, by }: UndoConflict): string {
  const who = describeAuthor(by);
  const within = describeAuthorInline(by);
  switch (why) {
    case 'overlaps':
      return `${who} changed the same lines, or lines right beside them.`;
    case 'edited':
      return `The change created this file, and ${within} edited it since.`;
    case 'deleted':
      return `${who} deleted this file since.`;
    case 'recreated':
      return `The change deleted this file, and ${within} wrote another one there since.`;
    case 'binary':
      return `${who} changed this file since, and it is not text that could be merged.`;
    case 'too_large':
      return `${who} changed this file since, and it is too large to be merged.`;
    case 'in_the_way':
      return 'There is a folder where this file would be, or a file where its folder would be.';
  }
}
