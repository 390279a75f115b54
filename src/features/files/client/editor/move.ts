/** Moves the cursor of the editor, and replaces its text. */
import { Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { lineChanges, linesOf } from '#features/files/line-changes.ts';
import type { Place } from '../go-to.ts';

/** @param place undefined: the cursor stays where it is */
export function moveCursor(editor: EditorView, place: Place | undefined): void {
  if (place) {
    const { doc } = editor.state;
    const line = doc.line(Math.max(1, Math.min(place.line, doc.lines)));
    const anchor = Math.min(line.from + (place.column ?? 1) - 1, line.to);
    const head = Math.min(anchor + (place.length ?? 0), doc.length);
    editor.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
  }
  editor.focus();
}

export function showText(editor: EditorView, text: string, byOthers: boolean): void {
  const changes = changesTo(editor.state.doc.toString(), text);
  if (changes.length === 0) return;
  editor.dispatch({ changes, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(!byOthers)] });
}

/** Replaces only the lines that differ, to keep the cursor and the scroll position. */
export function changesTo(text: string, next: string): { from: number; to: number; insert: string }[] {
  const [old, now] = [linesOf(text), linesOf(next)];
  const starts = [0];
  for (const line of old) starts.push((starts.at(-1) ?? 0) + line.length);
  return lineChanges(old, now).map(({ before, after }) => ({
    from: starts[before.start] ?? 0,
    to: starts[before.end] ?? 0,
    insert: now.slice(after.start, after.end).join(''),
  }));
}
