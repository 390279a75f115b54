import { memo } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { formatAgo } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markName, markPath } from '#wire/hidden-characters.ts';
import { FileIcon } from './file-icon.tsx';
import { NameInput } from './name-input.tsx';
import { parentOf } from './paths.ts';
import { type EntryRow, indentOf } from './rows.ts';
import { texts } from './texts.ts';

/** How long a file is marked as last changed by an agent. */
const RECENT_MS = 24 * 3600_000;

export interface Renaming {
  onSubmit: (path: string) => Promise<string | undefined>;
  onCancel: (focus: boolean) => void;
}

interface TreeRowProps {
  row: EntryRow;
  /** From the top of the list, in pixels. */
  top: number;
  isOpen: boolean;
  isLoading: boolean;
  isCurrent: boolean;
  isSelected: boolean;
  isFocusable: boolean;
  isDropTarget: boolean;
  isDraggable: boolean;
  /** Also shows the folder: search results have no folders around them. */
  flat: boolean;
  renaming: Renaming | undefined;
}

/** One file or folder. The tree handles its events. */
export const TreeRowView = memo(function TreeRowView({ row, top, flat, renaming, ...state }: TreeRowProps) {
  const { path, name, type, level, position, siblings, entry } = row;
  const shown = markName(name);
  const isFolder = type === 'directory';
  // In the order in which it is shown.
  const folder = flat ? markPath(parentOf(path)) : '';
  const label = folder === '' ? shown : `${shown} ${folder}`;
  return (
    <div
      className="tree-item"
      role="treeitem"
      aria-label={label}
      aria-level={level}
      aria-setsize={siblings}
      aria-posinset={position}
      aria-expanded={isFolder ? state.isOpen : undefined}
      aria-selected={state.isSelected}
      aria-current={state.isCurrent ? 'page' : undefined}
      aria-busy={state.isLoading || undefined}
      data-drop={state.isDropTarget || undefined}
      tabIndex={state.isFocusable ? 0 : -1}
      draggable={state.isDraggable && !renaming}
      data-path={path}
      style={{ top, paddingLeft: indentOf(level) }}
    >
      {isFolder ? <Icon name="chevron" /> : <FileIcon path={path} />}
      {renaming ? (
        <NameInput label={texts.name.rename(shown)} parent={parentOf(path)} start={name} type={type} {...renaming} />
      ) : (
        <span className="truncate" title={flat ? markPath(path) : shown}>
          {shown} {folder !== '' && <span className="tree-folder">{folder}</span>}
        </span>
      )}
      {state.isLoading && <span className="spinner" />}
      {entry && <Marks entry={entry} />}
      {!renaming && (
        <button
          type="button"
          className="button tree-menu"
          data-icon=""
          data-kind="quiet"
          data-size="small"
          tabIndex={state.isFocusable ? 0 : -1}
          aria-label={texts.menu.of(shown)}
          aria-haspopup="menu"
        >
          <Icon name="dots" />
        </button>
      )}
    </div>
  );
});

function Marks({ entry }: { entry: TreeEntry }) {
  const warning = entry.warning && texts.warning[entry.warning];
  return (
    <>
      {warning && (
        <span className="tree-mark tree-warning" title={warning}>
          <Icon name="alert" label={warning} />
        </span>
      )}
      <AgentMark entry={entry} />
    </>
  );
}

function AgentMark({ entry: { changedBy, changedAt } }: { entry: TreeEntry }) {
  if (changedBy?.kind !== 'run' || !changedAt || Date.now() - new Date(changedAt).getTime() > RECENT_MS) return null;
  const label = texts.byAgent(formatAgo(changedAt));
  return (
    <span className="by-agent tree-mark" title={label}>
      <Icon name="agent" label={label} />
    </span>
  );
}
