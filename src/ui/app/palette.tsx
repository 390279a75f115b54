import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from '../primitives/dialog.tsx';
import { Icon } from '../primitives/icon.tsx';
import { texts } from '../texts/app.ts';
import { type Command, findCommands, useAllCommands } from './commands.ts';

const words = texts.palette;

/** All commands available here, searchable by typing. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const found = findCommands(useAllCommands(), query);
  const id = useId();
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
  return (
    <Dialog title={words.title} titleHidden className="palette" onClose={onClose}>
      <input
        className="palette-input"
        type="text"
        role="combobox"
        aria-label={words.find}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={current && `${id}-${current.id}`}
        autoComplete="off"
        spellCheck={false}
        placeholder={words.find}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${id}-list`} className="palette-list" role="listbox" aria-label={words.title} tabIndex={-1}>
        {found.map((command, index) => (
          <div
            key={command.id}
            id={`${id}-${command.id}`}
            className="palette-item"
            role="option"
            tabIndex={-1}
            aria-selected={command === current}
            onMouseMove={() => setAt(index)}
            onMouseDown={(event) => {
              event.preventDefault();
              run(command);
            }}
          >
            <Icon name={command.icon} />
            <span className="truncate">{command.label}</span>
            {command.hint && <span className="muted">{command.hint}</span>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="palette-empty">{words.nothing(query)}</p>}
    </Dialog>
  );
}
