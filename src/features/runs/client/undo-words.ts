import type { UndoWords } from '#features/files/client/undo-dialog.tsx';
import type { UndoConflict } from '#features/files/contract.ts';

const reasons: Record<UndoConflict['reason'], string> = {
  overlaps: 'The same lines were changed since.',
  edited: 'The run made this file, and it was edited since.',
  deleted: 'It was deleted since.',
  recreated: 'The run deleted this file, and there is another one now.',
  binary: 'It was changed since, and its content is no text that could be merged.',
  too_large: 'It was changed since, and is too large to be merged.',
  in_the_way: 'There is something else at its place now.',
};

/** For everything a run did. */
export const undoWords: UndoWords = {
  title: 'Nothing was undone',
  summary: () => 'Somebody has edited since, in a way that does not merge with an undo. No file was touched.',
  reason: ({ reason, by }) => `${reasons[reason]}${by ? ` Last by ${by.name}.` : ''}`,
  sides: [
    { side: 'current', title: (line) => `Now, from line ${line} on` },
    { side: 'written', title: () => 'As the run wrote it' },
  ],
  noLines: '(nothing)',
};
