import { texts } from '../texts.ts';
import { describeAuthor, describeAuthorInline } from '../who.ts';
import type { UndoWords } from './undo-dialog.tsx';

const words = texts.undo;

/** For one change, in the history of a file. */
export const undoWords: UndoWords = {
  title: words.title,
  summary: (count) => (count === 1 ? words.summary : words.summaryMany(count)),
  reason: ({ reason, by }) => words.reasons[reason](describeAuthor(by), describeAuthorInline(by)),
  open: words.open,
  sides: [
    { side: 'current', title: words.now },
    { side: 'written', title: () => words.written },
    { side: 'before', title: () => words.before },
  ],
  noLines: words.noLines,
};
