import { Compartment, EditorState, type Extension, Transaction } from '@codemirror/state';
import { EditorView, type ViewUpdate } from '@codemirror/view';
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { BlameLine } from '#features/files/history-contract.ts';
import type { Content } from '../buffer.ts';
import type { GoTo } from '../go-to.ts';
import { loadLanguage } from '../languages.ts';
import { titleOf } from '../text.ts';
import { blameGutter } from './blame-gutter.ts';
import { editorSetup, readNonce } from './editor-setup.ts';
import { type EditorHandle, handleOf } from './handle.ts';
import { moveCursor, showText } from './move.ts';
import { texts } from './texts.ts';
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
  const { id, path, readText, revision, byOthers, readOnly, onEdit, onReady } = props;
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const kept = useRef(new Map<string, SavedState>());
  const onUpdate = useEffectEvent((update: ViewUpdate) => {
    const typed = update.docChanged && !update.transactions.every((each) => each.annotation(Transaction.remote));
    if (typed) onEdit?.(update.state.doc);
    if (update.selectionSet || update.docChanged) tellLine(update.state);
  });
  const read = useEffectEvent(readText);
  const others = useEffectEvent(() => byOthers ?? false);
  const ready = useEffectEvent((handle: EditorHandle | undefined) => onReady?.(handle));
  const isGoing = useEffectEvent(() => going.current);

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
    editor.setState(previous?.state ?? createState({ text: read(), path, readOnly, onUpdate: (update) => onUpdate(update) }));
    // The text may have changed, or been closed and reopened, since it was last shown.
    if (previous) showText(editor, read(), others());
    // If the language cannot be loaded, the file is shown as plain text.
    loadLanguage(path)?.then(
      (extension) => shown && editor.dispatch({ effects: language.reconfigure(extension) }),
      () => undefined,
    );
    requestAnimationFrame(() => {
      if (shown && !isGoing()) editor.scrollDOM.scrollTop = previous?.top ?? 0;
    });
    ready(handleOf(editor, path));
    return () => {
      shown = false;
      ready(undefined);
      kept.current.set(id, { state: editor.state, top: editor.scrollDOM.scrollTop });
    };
  }, [id, path, readOnly]);

  const tellLine = useOptions(view, props);
  useEffect(() => {
    if (view.current && revision > 0) showText(view.current, read(), others());
  }, [revision]);
  const going = useGoTo(view, props);
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

interface StateOptions {
  text: string;
  path: string;
  readOnly: boolean;
  onUpdate: (update: ViewUpdate) => void;
}

const createState = ({ text, path, readOnly, onUpdate }: StateOptions): EditorState =>
  EditorState.create({
    doc: text,
    extensions: [
      authorship.of([]),
      editorSetup(texts.label(titleOf(path))),
      language.of([]),
      wrapping.of([]),
      EditorState.readOnly.of(readOnly),
      EditorView.updateListener.of(onUpdate),
    ],
  });

type View = RefObject<EditorView | null>;

/** Shows each text as the options say. @returns what says which line the cursor is in */
function useOptions(view: View, { id, readOnly, wrap = true, authors, onLine }: CodeEditorProps): (state: EditorState) => void {
  const authorAt = useRef<(state: EditorState) => BlameLine | undefined>(() => undefined);
  const tellLine = (state: EditorState) => onLine?.(state.doc.lineAt(state.selection.main.head).number, authorAt.current(state));
  const tellNow = useEffectEvent(tellLine);
  // biome-ignore lint/correctness/useExhaustiveDependencies: also for another text
  useLayoutEffect(() => {
    view.current?.dispatch({ effects: wrapping.reconfigure(wrap ? EditorView.lineWrapping : []) });
  }, [wrap, id, readOnly]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: also for another text
  useLayoutEffect(() => {
    const gutter = authors && blameGutter(authors);
    authorAt.current = gutter?.at ?? (() => undefined);
    const extension: Extension = gutter?.extension ?? [];
    view.current?.dispatch({ effects: authorship.reconfigure(extension) });
    if (view.current) tellNow(view.current.state);
  }, [authors, id, readOnly]);
  return tellLine;
}

const reached = new WeakSet<GoTo>();

/** Moves the cursor where it is wanted, once. @returns whether it is being moved, and the scroll position with it */
function useGoTo(view: View, { goTo, path }: CodeEditorProps): RefObject<boolean> {
  const going = useRef(false);
  useEffect(() => {
    if (!view.current || goTo?.path !== path || reached.has(goTo)) return;
    reached.add(goTo);
    going.current = true;
    moveCursor(view.current, goTo.place);
    requestAnimationFrame(() => {
      going.current = false;
    });
  }, [view, goTo, path]);
  return going;
}
