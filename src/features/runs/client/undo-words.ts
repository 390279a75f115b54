import type { UndoWords } from '#features/files/client/undo/undo-dialog.tsx';
import { texts } from './texts/run.ts';

const words = texts.conflicts;

/** For everything a run did. */
export const undoWords: UndoWords = {
  title: words.title,
  summary: () => words.summary,
  reason: ({ reason, by }) => (by ? `${words.reasons[reason]} ${words.lastBy(by.name)}` : words.reasons[reason]),
  sides: [
    { side: 'current', title: words.now },
    { side: 'written', title: () => words.written },
  ],
  noLines: words.noLines,
};
