import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useLayoutEffect, useRef } from 'react';
import { editorSetup } from '../editor/editor-setup.ts';
import { loadLanguage } from '../languages.ts';
import { texts } from './texts.ts';
import '../editor/editor.css';
import './compare-file.css';

interface CompareFileProps {
  path: string;
  before: string;
  after: string;
  beside: boolean;
}

/** Lines that are the same in both are folded, but for this many around a difference. */
const collapse = { margin: 3, minSize: 6 };

/** Two versions of a file with the words that differ: beside each other, or in one text. Both are only read. */
export default function CompareFile({ path, before, after, beside }: CompareFileProps) {
  const parent = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!parent.current) return;
    let shown = true;
    const language = new Compartment();
    const setup = (label: string): Extension => [editorSetup(label), EditorState.readOnly.of(true), language.of([])];
    const { view, editors } = (beside ? showBeside : showWithin)(parent.current, { before, after, setup });
    loadLanguage(path)?.then(
      (extension) => {
        if (shown) for (const editor of editors) editor.dispatch({ effects: language.reconfigure(extension) });
      },
      // Plain text is readable too.
      () => undefined,
    );
    return () => {
      shown = false;
      view.destroy();
    };
  }, [path, before, after, beside]);
  return (
    <div className="compare-file" data-beside={beside || undefined}>
      {beside && (
        <div className="compare-heads">
          <h3>{texts.compare.before}</h3>
          <h3>{texts.compare.after}</h3>
        </div>
      )}
      <div ref={parent} className="compare-body" />
    </div>
  );
}

interface Versions {
  before: string;
  after: string;
  setup: (label: string) => Extension;
}

interface Shown {
  view: { destroy: () => void };
  editors: readonly EditorView[];
}

function showBeside(parent: HTMLElement, { before, after, setup }: Versions): Shown {
  const view = new MergeView({
    parent,
    a: { doc: before, extensions: setup(texts.compare.before) },
    b: { doc: after, extensions: setup(texts.compare.after) },
    gutter: true,
    collapseUnchanged: collapse,
  });
  return { view, editors: [view.a, view.b] };
}

function showWithin(parent: HTMLElement, { before, after, setup }: Versions): Shown {
  const unified = unifiedMergeView({ original: before, mergeControls: false, gutter: true, collapseUnchanged: collapse });
  const view = new EditorView({ parent, doc: after, extensions: [setup(texts.compare.after), unified] });
  return { view, editors: [view] };
}
