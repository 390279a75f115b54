import { IconButton } from '#ui/button.tsx';
import { nameOf } from './text.ts';

interface EditorTabsProps {
  paths: readonly string[];
  current: string | undefined;
  dirtyPaths: readonly string[];
  onSelect: (path: string) => void;
  onClose: (path: string) => void;
}

export function EditorTabs({ paths, current, dirtyPaths, onSelect, onClose }: EditorTabsProps) {
  return (
    <nav className="tabs" aria-label="Open files">
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
            <button type="button" className="tab-name" title={path} aria-current={path === current} onClick={() => onSelect(path)}>
              <span className="truncate">{nameOf(path)}</span>
              {dirtyPaths.includes(path) && (
                <span className="tab-dirty">
                  <span className="visually-hidden">, unsaved</span>
                </span>
              )}
            </button>
            <IconButton size="small" icon="close" label={`Close ${nameOf(path)}`} onClick={() => onClose(path)} />
          </li>
        ))}
      </ul>
    </nav>
  );
}
