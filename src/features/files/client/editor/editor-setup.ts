/** The setup that all editors share. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { codeColours } from '#ui/primitives/code-colours.ts';
import { findPanel } from './find-panel.tsx';
import { folding } from './folding.ts';
import { goToLine } from './go-to-line.tsx';
import { texts } from './texts.ts';

const highlightStyle = HighlightStyle.define([
  ...codeColours.map(({ tag, colour }) => ({ tag, class: `code-${colour}` })),
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.processingInstruction, tags.meta, tags.contentSeparator], color: 'var(--ink-3)' },
  { tag: tags.invalid, color: 'var(--danger)' },
]);

/** Makes the content security policy accept the editor's style sheet; needed when the first view is created. */
export function readNonce(): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
  return nonce ? EditorView.cspNonce.of(nonce) : [];
}

export function editorSetup(label: string): Extension {
  return [
    readNonce(),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    // Also marks other characters that change direction or are invisible, and belong to no script or emoji.
    highlightSpecialChars({ addSpecialChars: /[\u061c\u115f\u1160\u202a-\u202c\u2060-\u2064\u2068\u206a-\u206f\u3164\uffa0]/g }),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightSelectionMatches(),
    findPanel(),
    goToLine(),
    folding(),
    syntaxHighlighting(highlightStyle),
    // Only \n ends a line: a lone \r is preserved, so the file is saved unchanged.
    EditorState.lineSeparator.of('\n'),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-description': texts.leave, tabindex: '0' }),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
  ];
}
