import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { Content } from './buffer.ts';
import { editorSetup } from './editor/editor-setup.ts';
import { texts } from './texts.ts';
import './editor/editor.css';
import './conflict-view.css';

const words = texts.conflict;

interface ConflictViewProps {
  theirs: string;
  /** The user saved that version in another tab. */
  own: boolean;
  readText: () => string;
  /** Side by side needs a wide screen; otherwise their lines appear inline. */
  isNarrow: boolean;
  onEdit: (content: Content) => void;
}

/** Two versions of a file: theirs is read-only, mine is editable, with a button at each difference to take theirs. */
export default function ConflictView({ theirs, own, readText, isNarrow, onEdit }: ConflictViewProps) {
  const parent = useRef<HTMLDivElement>(null);
  const edit = useEffectEvent(onEdit);
  const read = useEffectEvent(readText);
  useLayoutEffect(() => {
    if (!parent.current) return;
    const onChange = EditorView.updateListener.of((update) => {
      if (update.docChanged) edit(update.state.doc);
    });
    const mine = [editorSetup(words.mine), onChange];
    const view = (isNarrow ? showWithin : showBeside)(parent.current, { theirs, own, mine: read() }, mine);
    return () => view.destroy();
  }, [theirs, own, isNarrow]);
  const heads = own ? words.headsOwn : words.heads;
  return (
    <div className="conflict">
      {!isNarrow && (
        <div className="conflict-heads">
          <h2>{heads.theirs}</h2>
          <h2>{heads.mine}</h2>
        </div>
      )}
      <div ref={parent} className="conflict-body" />
    </div>
  );
}

interface Versions extends Pick<ConflictViewProps, 'theirs' | 'own'> {
  mine: string;
}

function showBeside(parent: HTMLElement, { theirs, own, mine }: Versions, extensions: Extension): MergeView {
  return new MergeView({
    parent,
    a: { doc: theirs, extensions: [editorSetup(own ? words.other : words.theirs), EditorState.readOnly.of(true)] },
    b: { doc: mine, extensions },
    revertControls: 'a-to-b',
    renderRevertControl: () => createTakeButton(own),
    gutter: true,
  });
}

function showWithin(parent: HTMLElement, { theirs, own, mine }: Versions, extensions: Extension): EditorView {
  return new EditorView({
    parent,
    doc: mine,
    extensions: [extensions, unifiedMergeView({ original: theirs, mergeControls: (type, choose) => createChoice(own, type, choose) })],
  });
}

function createChoice(own: boolean, type: 'accept' | 'reject', choose: (event: MouseEvent) => void): HTMLElement {
  const button = document.createElement('button');
  button.className = 'conflict-choice';
  const { mine, theirs } = own ? words.sidesOwn : words.sides;
  button.textContent = type === 'accept' ? mine : theirs;
  button.title = type === 'accept' ? words.keepLines : describeTake(own);
  button.addEventListener('mousedown', choose);
  // A click without a pointer comes from the keyboard.
  button.addEventListener('click', (event) => event.detail === 0 && choose(event));
  return button;
}

const describeTake = (own: boolean): string => (own ? words.takeLinesOwn : words.takeLines);

function createTakeButton(own: boolean): HTMLElement {
  const button = document.createElement('button');
  button.className = 'conflict-take';
  button.textContent = '→';
  button.title = describeTake(own);
  button.setAttribute('aria-label', describeTake(own));
  return button;
}
