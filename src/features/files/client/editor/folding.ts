/** Folds what belongs together: objects of JSON, functions, sections. */
import { codeFolding, foldGutter } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { texts } from './texts.ts';

const words = texts.fold;

export const folding = (): Extension => [
  codeFolding({
    placeholderDOM(_view, onclick) {
      const element = document.createElement('button');
      element.type = 'button';
      element.className = 'cm-folded';
      element.textContent = '…';
      element.title = words.closed;
      element.setAttribute('aria-label', words.placeholder);
      element.onclick = onclick;
      return element;
    },
  }),
  foldGutter({
    markerDOM(open) {
      const element = document.createElement('span');
      element.className = 'cm-fold';
      element.title = open ? words.open : words.closed;
      element.dataset['open'] = String(open);
      return element;
    },
  }),
];
