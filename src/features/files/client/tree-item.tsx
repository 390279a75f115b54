import { useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { formatAgo } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu } from '#ui/primitives/menu.tsx';
import { markName } from '#wire/hidden-characters.ts';
import type { TreeRow } from './tree.ts';

/** How long a file is marked as last changed by an agent. */
const RECENT_MS = 24 * 3600_000;

interface TreeItemProps {
  row: TreeRow;
  isOpen: boolean;
  isCurrent: boolean;
  isFocusable: boolean;
  editable: boolean;
  onRename: () => void;
  onDelete: () => void;
}

export function TreeItem({ row, isOpen, isCurrent, isFocusable, editable, onRename, onDelete }: TreeItemProps) {
  const [hovered, setHovered] = useState(false);
  const { entry, level } = row;
  const shown = markName(row.name);
  const isFolder = entry.type === 'directory';
  return (
    <div
      className="tree-item"
      role="treeitem"
      aria-label={shown}
      aria-level={level}
      aria-expanded={isFolder ? isOpen : undefined}
      aria-selected={isCurrent}
      tabIndex={isFocusable ? 0 : -1}
      data-path={entry.path}
      style={{ paddingLeft: 8 + (level - 1) * 16 }}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
    >
      <Icon name={isFolder ? 'chevron' : 'file'} />
      <span className="truncate">{shown}</span>
      <AgentMark entry={entry} />
      {editable && (hovered || isFocusable) && (
        <Menu
          label={`Actions for ${shown}`}
          items={[
            { label: 'Rename or move', icon: 'pencil', onSelect: onRename },
            { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: onDelete },
          ]}
        />
      )}
    </div>
  );
}

function AgentMark({ entry }: { entry: TreeEntry }) {
  if (entry.changedBy?.kind !== 'run' || !entry.changedAt) return null;
  if (Date.now() - new Date(entry.changedAt).getTime() > RECENT_MS) return null;
  const label = `Changed by the agent ${formatAgo(entry.changedAt)}`;
  return (
    <span className="by-agent tree-agent" title={label}>
      <Icon name="agent" label={label} />
    </span>
  );
}
