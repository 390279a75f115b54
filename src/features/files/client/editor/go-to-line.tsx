/** Asks for a line, and moves the cursor there. */
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { EditorView, keymap, showPanel } from '@codemirror/view';
import { type FormEvent, useId } from 'react';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { createPanel } from './panel.tsx';
import { texts } from './texts.ts';
import './go-to-line.css';

const words = texts.line;
const toggle = StateEffect.define<boolean>();

const open = StateField.define<boolean>({
  create: () => false,
  update: (value, { effects }) => effects.reduce((last, effect) => (effect.is(toggle) ? effect.value : last), value),
  provide: (field) =>
    showPanel.from(field, (isOpen) =>
      isOpen
        ? (view) =>
            createPanel({
              className: 'line-panel',
              render: () => <GoToLine view={view} />,
              concerns: ({ docChanged }) => docChanged,
              focus: 'input',
            })
        : null,
    ),
});

export function openGoToLine(view: EditorView): boolean {
  view.dispatch({ effects: toggle.of(true) });
  return true;
}

export const goToLine = (): Extension => [open, keymap.of([{ key: 'Ctrl-g', run: openGoToLine, preventDefault: true }])];

function GoToLine({ view }: { view: EditorView }) {
  const id = useId();
  const { doc } = view.state;
  const close = () => {
    view.dispatch({ effects: toggle.of(false) });
    view.focus();
  };
  const go = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wanted = Number(new FormData(event.currentTarget).get('line'));
    if (!Number.isInteger(wanted)) return;
    const { from } = doc.line(Math.max(1, Math.min(wanted, doc.lines)));
    view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    close();
  };
  return (
    <form className="go-to-line" aria-label={words.panel} onSubmit={go} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <label htmlFor={id}>{words.field(doc.lines)}</label>
      <input id={id} className="input" name="line" type="text" inputMode="numeric" autoComplete="off" />
      <Button size="small" type="submit">
        {words.go}
      </Button>
      <IconButton size="small" icon="close" label={words.close} onClick={close} />
    </form>
  );
}
