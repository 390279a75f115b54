import { Compartment, EditorState, Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type KeyboardEvent, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { lineChanges, linesOf } from '#features/files/line-changes.ts';
import type { Content } from './buffer.ts';
import { editorSetup, readNonce } from './editor-setup.ts';
import type { GoTo, Place } from './go-to.ts';
import { loadLanguage } from './languages.ts';
import { titleOf } from './text.ts';
import './editor.css';

interface CodeEditorProps {
  /** Identifies the text: each keeps its own cursor, scroll position and undo history. */
  id: string;
  path: string;
  /** Called when `id` or `revision` changes. */
  readText: () => string;
  revision: number;
  /** The last revision was not the user's, so it is no step of their undo history. */
  byOthers?: boolean | undefined;
  readOnly: boolean;
  onEdit?: (content: Content) => void;
  /** Where the cursor is to go; fulfilled once. */
  goTo?: GoTo | undefined;
}

interface SavedState {
  state: EditorState;
  language: Compartment;
  top: number;
}

export default function CodeEditor({ id, path, readText, revision, byOthers, readOnly, onEdit, goTo }: CodeEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  /** The cursor is being moved, and the scroll position with it. */
  const going = useRef(false);
  const kept = useRef(new Map<string, SavedState>());
  const change = useEffectEvent((content: Content) => onEdit?.(content));
  const read = useEffectEvent(readText);
  const others = useEffectEvent(() => byOthers ?? false);

  useLayoutEffect(() => {
    if (!parent.current) return;
    const created = new EditorView({ parent: parent.current, extensions: readNonce() });
    view.current = created;
    return () => created.destroy();
  }, []);

  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const previous = kept.current.get(id);
    const language = previous?.language ?? new Compartment();
    let shown = true;
    const create = () =>
      EditorState.create({
        doc: read(),
        extensions: [
          editorSetup(`${titleOf(path)}, editor`),
          language.of([]),
          EditorState.readOnly.of(readOnly),
          EditorView.updateListener.of((update) => {
            const typed = update.docChanged && !update.transactions.every((each) => each.annotation(Transaction.remote));
            if (typed) change(update.state.doc);
          }),
        ],
      });
    editor.setState(previous?.state ?? create());
    // The text may have changed, or been closed and reopened, since it was last shown.
    if (previous) showText(editor, read(), others());
    // If the language cannot be loaded, the file is shown as plain text.
    loadLanguage(path)?.then(
      (extension) => shown && editor.dispatch({ effects: language.reconfigure(extension) }),
      () => undefined,
    );
    requestAnimationFrame(() => {
      if (shown && !going.current) editor.scrollDOM.scrollTop = previous?.top ?? 0;
    });
    return () => {
      shown = false;
      kept.current.set(id, { state: editor.state, language, top: editor.scrollDOM.scrollTop });
    };
  }, [id, path, readOnly]);

  useEffect(() => {
    if (view.current && revision > 0) showText(view.current, read(), others());
  }, [revision]);
  useEffect(() => {
    if (!view.current || goTo?.path !== path || reached.has(goTo)) return;
    reached.add(goTo);
    going.current = true;
    moveCursor(view.current, goTo.place);
    requestAnimationFrame(() => {
      going.current = false;
    });
  }, [goTo, path]);
  const [tabbing, setTabbing] = useState(false);
  const onKeyUp = ({ key }: KeyboardEvent) => key === 'Tab' && setTabbing(true);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only observes typing in the editor
    <div className="code-editor" ref={parent} onKeyUp={onKeyUp} onBlur={() => setTabbing(false)} onPointerDown={() => setTabbing(false)}>
      {tabbing && <p className="editor-leave">Press Esc, then Tab to leave the editor.</p>}
    </div>
  );
}

const reached = new WeakSet<GoTo>();

function moveCursor(editor: EditorView, place: Place | undefined): void {
  if (place) {
    const { doc } = editor.state;
    const line = doc.line(Math.max(1, Math.min(place.line, doc.lines)));
    const anchor = Math.min(line.from + (place.column ?? 1) - 1, line.to);
    const head = Math.min(anchor + (place.length ?? 0), doc.length);
    editor.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
  }
  editor.focus();
}

/** Replaces only the lines that differ, to keep the cursor and the scroll position. */
function showText(editor: EditorView, text: string, byOthers: boolean): void {
  const [old, next] = [linesOf(editor.state.doc.toString()), linesOf(text)];
  const differing = lineChanges(old, next);
  if (differing.length === 0) return;
  const starts = [0];
  for (const line of old) starts.push((starts.at(-1) ?? 0) + line.length);
  const changes = differing.map(({ before, after }) => ({
    from: starts[before.start] ?? 0,
    to: starts[before.end] ?? 0,
    insert: next.slice(after.start, after.end).join(''),
  }));
  editor.dispatch({ changes, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(!byOthers)] });
}
