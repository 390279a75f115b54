import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from '../primitives/dialog.tsx';
import { Icon } from '../primitives/icon.tsx';
import { texts } from '../texts/app.ts';
import type { Command } from './commands.ts';
import { useFound } from './use-found.ts';
import './palette.css';

const words = texts.palette;

interface PaletteProps {
  /** The id of a source, to start with only what it finds. */
  mode: string | undefined;
  onClose: () => void;
}

/** All commands available here, searchable by typing; and what the screen’s sources find. */
export default function Palette({ mode: firstMode, onClose }: PaletteProps) {
  const [query, setQuery] = useState('');
  const [mode, setMode] = useState(firstMode);
  const [at, setAt] = useState(0);
  const { found, source, sources, waiting } = useFound(query, mode);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const current = found[Math.min(at, found.length - 1)];

  useEffect(() => {
    if (current) list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const run = (command: Command) => {
    onClose();
    // After the dialog has restored focus, or it would take focus from what the command opens.
    setTimeout(command.run);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (event.key === 'Enter' && current) run(current);
    else if (next !== undefined && found.length > 0) setAt((next + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  const choose = (next: string | undefined) => {
    setMode(next);
    setAt(0);
    field.current?.focus();
  };
  return (
    <Dialog title={words.title} titleHidden className="palette" onClose={onClose}>
      <input
        ref={field}
        className="palette-input"
        type="text"
        role="combobox"
        aria-label={source?.placeholder ?? words.find}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={current && `${id}-${current.id}`}
        autoComplete="off"
        spellCheck={false}
        placeholder={source?.placeholder ?? words.find}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {sources.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
        <div className="palette-modes" role="group" aria-label={words.modes}>
          {[{ id: undefined, mode: words.all }, ...sources].map((each) => (
            <button key={each.mode} type="button" aria-pressed={each.id === source?.id} onClick={() => choose(each.id)}>
              {each.mode}
            </button>
          ))}
        </div>
      )}
      <div ref={list} id={`${id}-list`} className="palette-list" role="listbox" aria-label={words.title} tabIndex={-1}>
        {found.map((command, index) => (
          <Item
            key={command.id}
            id={`${id}-${command.id}`}
            command={command}
            selected={command === current}
            onPoint={() => setAt(index)}
            onRun={() => run(command)}
          />
        ))}
      </div>
      {found.length === 0 && !waiting && query !== '' && <p className="palette-empty">{source ? source.nothing : words.nothing(query)}</p>}
    </Dialog>
  );
}

interface ItemProps {
  id: string;
  command: Command;
  selected: boolean;
  onPoint: () => void;
  onRun: () => void;
}

const Item = ({ id, command: { icon, label, hint, mark }, selected, onPoint, onRun }: ItemProps) => (
  <div
    id={id}
    className="palette-item"
    role="option"
    tabIndex={-1}
    aria-selected={selected}
    onMouseMove={onPoint}
    onMouseDown={(event) => {
      event.preventDefault();
      onRun();
    }}
  >
    <Icon name={icon} />
    {mark ? (
      <span className="palette-text truncate">
        {label.slice(0, mark.from)}
        <mark>{label.slice(mark.from, mark.from + mark.length)}</mark>
        {label.slice(mark.from + mark.length)}
      </span>
    ) : (
      <span className="truncate">{label}</span>
    )}
    {hint && <span className="muted truncate">{hint}</span>}
  </div>
);
