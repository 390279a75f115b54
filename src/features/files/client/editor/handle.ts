/** What can be done with the text that the editor shows, from outside it. */
import { foldAll, unfoldAll } from '@codemirror/language';
import { openSearchPanel } from '@codemirror/search';
import type { EditorView } from '@codemirror/view';
import { formatText } from './format.ts';
import { openGoToLine } from './go-to-line.tsx';
import { changesTo } from './move.ts';

export interface EditorHandle {
  find: () => void;
  goToLine: () => void;
  /** Formats the text, which can be undone in the editor. @throws if the text has a mistake in it @returns whether it changed */
  format: () => Promise<boolean>;
  foldAll: () => void;
  unfoldAll: () => void;
}

export function handleOf(editor: EditorView, path: string): EditorHandle {
  return {
    find: () => void openSearchPanel(editor),
    goToLine: () => void openGoToLine(editor),
    async format() {
      const { doc } = editor.state;
      editor.focus();
      const [before, after] = [doc.toString(), await formatText(path, doc.toString())];
      // Typed in the meantime: it would be lost.
      if (editor.state.doc !== doc || after === before) return false;
      editor.dispatch({ changes: changesTo(before, after), userEvent: 'format' });
      return true;
    },
    foldAll: () => void foldAll(editor),
    unfoldAll: () => void unfoldAll(editor),
  };
}
