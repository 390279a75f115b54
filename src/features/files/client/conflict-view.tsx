import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { Content } from './buffer.ts';
import { editorSetup } from './editor-setup.ts';
import './editor.css';
import './conflict-view.css';

interface ConflictViewProps {
  theirs: string;
  readText: () => string;
  /** One beside the other needs room; else their lines stand within mine. */
  isNarrow: boolean;
  onEdit: (content: Content) => void;
}

/** Two versions of a file: theirs to read, mine to edit, and a button at each difference that takes theirs over. */
export default function ConflictView({ theirs, readText, isNarrow, onEdit }: ConflictViewProps) {
  const parent = useRef<HTMLDivElement>(null);
  const edit = useEffectEvent(onEdit);
  const read = useEffectEvent(readText);
  useLayoutEffect(() => {
    if (!parent.current) return;
    const onChange = EditorView.updateListener.of((update) => {
      if (update.docChanged) edit(update.state.doc);
    });
    const mine = [editorSetup('Your version'), onChange];
    const view = isNarrow ? showWithin(parent.current, theirs, read(), mine) : showBeside(parent.current, theirs, read(), mine);
    return () => view.destroy();
  }, [theirs, isNarrow]);
  return (
    <div className="conflict">
      {!isNarrow && (
        <div className="conflict-heads">
          <h2>Theirs, as saved</h2>
          <h2>Yours, to edit</h2>
        </div>
      )}
      <div ref={parent} className="conflict-body" />
    </div>
  );
}

function showBeside(parent: HTMLElement, theirs: string, mine: string, extensions: Extension): MergeView {
  return new MergeView({
    parent,
    a: { doc: theirs, extensions: [editorSetup('Their version'), EditorState.readOnly.of(true)] },
    b: { doc: mine, extensions },
    revertControls: 'a-to-b',
    renderRevertControl: createTakeButton,
    gutter: true,
  });
}

function showWithin(parent: HTMLElement, theirs: string, mine: string, extensions: Extension): EditorView {
  return new EditorView({
    parent,
    doc: mine,
    extensions: [extensions, unifiedMergeView({ original: theirs, mergeControls: createChoice })],
  });
}

function createChoice(type: 'accept' | 'reject', choose: (event: MouseEvent) => void): HTMLElement {
  const button = document.createElement('button');
  button.className = 'conflict-choice';
  button.textContent = type === 'accept' ? 'Mine' : 'Theirs';
  button.title = type === 'accept' ? 'Keep my lines here' : 'Take their lines here';
  button.addEventListener('mousedown', choose);
  // A click without a pointer comes from the keyboard.
  button.addEventListener('click', (event) => event.detail === 0 && choose(event));
  return button;
}

function createTakeButton(): HTMLElement {
  const button = document.createElement('button');
  button.className = 'conflict-take';
  button.textContent = '→';
  button.title = 'Take their lines over';
  button.setAttribute('aria-label', 'Take their lines over');
  return button;
}
