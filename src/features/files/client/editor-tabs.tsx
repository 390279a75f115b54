import { useEffect, useRef } from 'react';
import { IconButton } from '#ui/primitives/button.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { titleOf } from './text.ts';

interface EditorTabsProps {
  paths: readonly string[];
  current: string | undefined;
  dirtyPaths: readonly string[];
  onSelect: (path: string) => void;
  onClose: (path: string) => void;
}

export function EditorTabs({ paths, current, dirtyPaths, onSelect, onClose }: EditorTabsProps) {
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
    <nav ref={nav} className="tabs" aria-label="Open files">
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
                  <span className="visually-hidden">, unsaved</span>
                </span>
              )}
            </button>
            <IconButton size="small" icon="close" label={`Close ${titleOf(path)}`} onClick={() => onClose(path)} />
          </li>
        ))}
      </ul>
    </nav>
  );
}
