import { foldAll, unfoldAll } from '@codemirror/language';
import { openSearchPanel } from '@codemirror/search';
import { Compartment, EditorState, type Extension, Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type KeyboardEvent, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { BlameLine } from '#features/files/history-contract.ts';
import { lineChanges, linesOf } from '#features/files/line-changes.ts';
import type { Content } from './buffer.ts';
import { blameGutter } from './editor/blame-gutter.ts';
import { formatText } from './editor/format.ts';
import { openGoToLine } from './editor/go-to-line.tsx';
import type { EditorHandle } from './editor/handle.ts';
import { texts } from './editor/texts.ts';
import { editorSetup, readNonce } from './editor-setup.ts';
import type { GoTo, Place } from './go-to.ts';
import { loadLanguage } from './languages.ts';
import { titleOf } from './text.ts';
import './editor.css';

/** Who wrote each line of the text, by line. */
export type Authors = readonly (BlameLine | undefined)[];

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
  /** Long lines continue below. */
  wrap?: boolean;
  authors?: Authors | undefined;
  onEdit?: (content: Content) => void;
  /** The cursor is in another line. */
  onLine?: (line: number, author: BlameLine | undefined) => void;
  /** Where the cursor is to go; fulfilled once. */
  goTo?: GoTo | undefined;
  onReady?: (handle: EditorHandle | undefined) => void;
}

interface SavedState {
  state: EditorState;
  top: number;
}

// The same for all states, so that each can be changed when it is shown again.
const language = new Compartment();
const wrapping = new Compartment();
const authorship = new Compartment();

export default function CodeEditor(props: CodeEditorProps) {
  const { id, path, readText, revision, byOthers, readOnly, wrap = true, authors, onEdit, onLine, goTo, onReady } = props;
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  /** The cursor is being moved, and the scroll position with it. */
  const going = useRef(false);
  const kept = useRef(new Map<string, SavedState>());
  const authorAt = useRef<(state: EditorState) => BlameLine | undefined>(() => undefined);
  const change = useEffectEvent((content: Content) => onEdit?.(content));
  const read = useEffectEvent(readText);
  const others = useEffectEvent(() => byOthers ?? false);
  const tellLine = useEffectEvent((state: EditorState) =>
    onLine?.(state.doc.lineAt(state.selection.main.head).number, authorAt.current(state)),
  );
  const ready = useEffectEvent((handle: EditorHandle | undefined) => onReady?.(handle));

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
    let shown = true;
    const create = () =>
      EditorState.create({
        doc: read(),
        extensions: [
          authorship.of([]),
          editorSetup(texts.label(titleOf(path))),
          language.of([]),
          wrapping.of([]),
          EditorState.readOnly.of(readOnly),
          EditorView.updateListener.of((update) => {
            const typed = update.docChanged && !update.transactions.every((each) => each.annotation(Transaction.remote));
            if (typed) change(update.state.doc);
            if (update.selectionSet || update.docChanged) tellLine(update.state);
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
    ready(handleOf(editor, path));
    return () => {
      shown = false;
      ready(undefined);
      kept.current.set(id, { state: editor.state, top: editor.scrollDOM.scrollTop });
    };
  }, [id, path, readOnly]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each text is shown as the options say
  useLayoutEffect(() => {
    view.current?.dispatch({ effects: wrapping.reconfigure(wrap ? EditorView.lineWrapping : []) });
  }, [wrap, id, readOnly]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useLayoutEffect(() => {
    const gutter = authors && blameGutter(authors);
    authorAt.current = gutter?.at ?? (() => undefined);
    const extension: Extension = gutter?.extension ?? [];
    view.current?.dispatch({ effects: authorship.reconfigure(extension) });
    if (view.current) tellLine(view.current.state);
  }, [authors, id, readOnly]);

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
  const onKeyUp = ({ key, target }: KeyboardEvent) =>
    key === 'Tab' && target instanceof HTMLElement && target.isContentEditable && setTabbing(true);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only observes typing in the editor
    <div className="code-editor" ref={parent} onKeyUp={onKeyUp} onBlur={() => setTabbing(false)} onPointerDown={() => setTabbing(false)}>
      {tabbing && <p className="editor-leave">{texts.leave}</p>}
    </div>
  );
}

function handleOf(editor: EditorView, path: string): EditorHandle {
  return {
    find: () => openSearchPanel(editor),
    goToLine: () => openGoToLine(editor),
    async format() {
      const before = editor.state.doc;
      editor.focus();
      const text = await formatText(path, before.toString());
      // Typed in the meantime: it would be lost.
      if (editor.state.doc !== before || text === before.toString()) return false;
      editor.dispatch({ changes: changesTo(before.toString(), text), userEvent: 'format' });
      return true;
    },
    foldAll: () => foldAll(editor),
    unfoldAll: () => unfoldAll(editor),
  };
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

function showText(editor: EditorView, text: string, byOthers: boolean): void {
  const changes = changesTo(editor.state.doc.toString(), text);
  if (changes.length === 0) return;
  editor.dispatch({ changes, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(!byOthers)] });
}

/** Replaces only the lines that differ, to keep the cursor and the scroll position. */
function changesTo(text: string, next: string): { from: number; to: number; insert: string }[] {
  const [old, now] = [linesOf(text), linesOf(next)];
  const starts = [0];
  for (const line of old) starts.push((starts.at(-1) ?? 0) + line.length);
  return lineChanges(old, now).map(({ before, after }) => ({
    from: starts[before.start] ?? 0,
    to: starts[before.end] ?? 0,
    insert: now.slice(after.start, after.end).join(''),
  }));
}
