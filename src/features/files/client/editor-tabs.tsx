import { useEffect, useRef } from 'react';
import type { Presence } from '#features/files/presence-contract.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { People } from './presence/people.tsx';
import { titleOf } from './text.ts';
import { texts } from './texts.ts';

interface EditorTabsProps {
  paths: readonly string[];
  current: string | undefined;
  dirtyPaths: readonly string[];
  /** Others in the project. */
  people: readonly Presence[];
  onSelect: (path: string) => void;
  onClose: (path: string) => void;
}

export function EditorTabs({ paths, current, dirtyPaths, people, onSelect, onClose }: EditorTabsProps) {
  const nav = useRef<HTMLElement>(null);
  const shown = useRef(paths.length);
  useEffect(() => {
    const tab = current && nav.current?.querySelector('[data-current]');
    if (tab) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const closed = paths.length < shown.current;
    shown.current = paths.length;
    // Closing a tab removes the button that had the focus, so the focus moves to this tab.
    if (tab && closed && document.activeElement === document.body) tab.querySelector('button')?.focus();
  }, [paths, current]);
  return (
    <nav ref={nav} className="tabs" aria-label={texts.editor.openFiles}>
      <ul>
        {paths.map((path) => (
          <li
            key={path}
            className="tab"
            data-current={path === current || undefined}
            onAuxClick={(event) => {
              if (event.button === 1) onClose(path);
            }}
          >
            <button
              type="button"
              className="tab-name"
              title={markPath(path)}
              aria-current={path === current}
              onClick={() => onSelect(path)}
            >
              <span className="truncate">{titleOf(path)}</span>
              {dirtyPaths.includes(path) && (
                <span className="tab-dirty">
                  <span className="visually-hidden">{texts.editor.unsaved}</span>
                </span>
              )}
              {path !== current && <People small people={people.filter((each) => each.path === path)} />}
            </button>
            <IconButton size="small" icon="close" label={texts.editor.close(titleOf(path))} onClick={() => onClose(path)} />
          </li>
        ))}
      </ul>
    </nav>
  );
}
