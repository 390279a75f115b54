/** A panel of the editor that React renders. */
import type { Panel, ViewUpdate } from '@codemirror/view';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

interface PanelOptions {
  className: string;
  /** Called again after each update that concerns it. */
  render: () => React.ReactNode;
  concerns: (update: ViewUpdate) => boolean;
  /** The element that gets the focus when it opens. */
  focus: string;
}

export function createPanel({ className, render, concerns, focus }: PanelOptions): Panel {
  const dom = document.createElement('div');
  dom.className = className;
  // Keys in it are not the text’s.
  dom.addEventListener('keydown', (event) => event.stopPropagation());
  const root = createRoot(dom);
  const draw = () => root.render(<StrictMode>{render()}</StrictMode>);
  draw();
  return {
    dom,
    top: true,
    mount() {
      requestAnimationFrame(() => {
        const field = dom.querySelector<HTMLInputElement>(focus);
        field?.focus();
        field?.select();
      });
    },
    update(update) {
      if (concerns(update)) draw();
    },
    // Not while React renders something else.
    destroy: () => void setTimeout(() => root.unmount()),
  };
}
