import { useEffect, useRef } from 'react';
import type { Presence } from '#features/files/presence-contract.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { People } from '../presence/people.tsx';
import { titleOf } from '../text.ts';
import { texts } from '../texts.ts';

export interface ViewTab {
  kind: string;
  label: string;
  icon: IconName;
  current: boolean;
  closeLabel: string;
  onSelect: () => void;
  onClose: () => void;
}

interface EditorTabsProps {
  paths: readonly string[];
  current: string | undefined;
  dirtyPaths: readonly string[];
  /** Others in the project. */
  people: readonly Presence[];
  /** Views that are open beside the files. */
  views: readonly ViewTab[];
  onSelect: (path: string) => void;
  onClose: (path: string) => void;
}

export function EditorTabs({ paths, current, dirtyPaths, people, views, onSelect, onClose }: EditorTabsProps) {
  const nav = useRef<HTMLElement>(null);
  const shown = useRef(paths.length);
  const currentView = views.find((view) => view.current)?.kind;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is current
  useEffect(() => {
    const tab = nav.current?.querySelector('[data-current]');
    if (tab) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const closed = paths.length < shown.current;
    shown.current = paths.length;
    // Closing a tab removes the button that had the focus, so the focus moves to this tab.
    if (tab && closed && document.activeElement === document.body) tab.querySelector('button')?.focus();
  }, [paths, current, currentView]);
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
        {views.map((view) => (
          <li key={view.kind} className="tab" data-current={view.current || undefined}>
            <button type="button" className="tab-name" aria-current={view.current} onClick={view.onSelect}>
              <Icon name={view.icon} />
              <span className="truncate">{view.label}</span>
            </button>
            <IconButton size="small" icon="close" label={view.closeLabel} onClick={view.onClose} />
          </li>
        ))}
      </ul>
    </nav>
  );
}
