import { type CSSProperties, useRef, useSyncExternalStore } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import type { ContextMenuPoint } from '#ui/primitives/context-menu.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { FileIcon } from './file-icon.tsx';
import { NameInput } from './name-input.tsx';
import { type EntryRow, indentOf, indexOfPath, type TreeRow } from './rows.ts';
import type { Selection } from './selection.ts';
import { texts } from './texts.ts';
import { type Renaming, TreeRowView } from './tree-row.tsx';
import type { Drag } from './use-drag.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useTreeKeys } from './use-tree-keys.ts';
import { useTreePointer } from './use-tree-pointer.ts';
import { useVirtual } from './use-virtual.ts';
import './tree.css';

interface TreeViewProps {
  label: string;
  rows: readonly TreeRow[];
  isOpen: (folder: string) => boolean;
  isLoading: (folder: string) => boolean;
  /** The file in the editor. */
  current: string | undefined;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Search results, in place of a tree. */
  flat?: boolean;
  /** Undefined for those who may not change anything. */
  drag: Drag | undefined;
  renaming: ({ path: string } & Renaming) | undefined;
  naming: ({ type: TreeEntry['type'] } & Renaming) | undefined;
  /** The row to scroll to. */
  revealing: string | undefined;
  onRevealed: () => void;
  onOpen: (path: string) => void;
  onFold: (folder: string, open: boolean) => void;
  /** @param row undefined for the space below the rows */
  onMenu: (row: EntryRow | undefined, at: ContextMenuPoint) => void;
  onRename: (row: EntryRow) => void;
  onDelete: (row: EntryRow) => void;
}

const coarse = window.matchMedia('(pointer: coarse)');
const useRowHeight = () =>
  useSyncExternalStore(
    (listener) => {
      coarse.addEventListener('change', listener);
      return () => coarse.removeEventListener('change', listener);
    },
    () => (coarse.matches ? 40 : 28),
  );

/** A tree of any length: only the rows in view are in the page, and the one with the focus. */
export function TreeView(props: TreeViewProps) {
  const { label, rows, selection, onSelect, isOpen, drag } = props;
  const tree = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const virtual = useVirtual({ scroller: tree, count: rows.length, rowHeight });
  const focused = indexOfPath(rows, selection.focused);
  const at = Math.max(0, focused >= 0 ? focused : indexOfPath(rows, props.current));
  const namingAt = props.naming ? rows.findIndex(({ kind }) => kind === 'new') : -1;
  const onFocus = useRowFocus({ tree, scrollTo: virtual.scrollTo, ...props });
  const activate = (row: EntryRow) => (row.type === 'directory' ? props.onFold(row.path, !isOpen(row.path)) : props.onOpen(row.path));
  const onKeyDown = useTreeKeys({ ...props, at, page: virtual.visible, onFocus, activate });
  const { rowAt, openMenu, handlers } = useTreePointer({ ...props, activate, editable: drag !== undefined });
  return (
    <div
      ref={tree}
      className="tree"
      role="tree"
      aria-label={label}
      aria-multiselectable="true"
      tabIndex={-1}
      onKeyDown={(event) => onKeyDown(event, openMenu)}
      onFocus={({ target }) => {
        const row = target.role === 'treeitem' ? rowAt(target) : undefined;
        if (row && row.path !== selection.focused) onSelect({ ...selection, focused: row.path });
      }}
      {...handlers}
    >
      <div role="none" className="tree-rows" style={{ '--row': `${rowHeight}px`, height: rows.length * rowHeight } as CSSProperties}>
        {shownRows(rows, virtual, [at, namingAt]).map(({ row, index }) => (
          <AnyRow key={keyOf(row)} {...props} row={row} top={index * rowHeight} isFocusable={index === at} />
        ))}
      </div>
    </div>
  );
}

const keyOf = (row: TreeRow): string => (row.kind === 'entry' ? row.path : `${row.kind} ${row.parent}`);

/**
 * The rows in view, and wherever they are, the focused one and that of a new name, so that scrolling loses neither the focus nor what is typed.
 */
function shownRows(rows: readonly TreeRow[], { from, to }: { from: number; to: number }, kept: readonly number[]) {
  const shown = rows.slice(from, to).map((row, index) => ({ row, index: from + index }));
  for (const index of kept) {
    const row = rows[index];
    if (row && (index < from || index >= to)) shown.push({ row, index });
  }
  return shown.sort((a, b) => a.index - b.index);
}

function AnyRow({ row, top, isFocusable, ...tree }: TreeViewProps & { row: TreeRow; top: number; isFocusable: boolean }) {
  const { drag, flat = false, renaming } = tree;
  if (row.kind === 'cut') {
    return (
      <div className="tree-item tree-cut" role="none" style={{ top, paddingLeft: indentOf(row.level) }}>
        {texts.cut}
      </div>
    );
  }
  if (row.kind === 'new') return tree.naming && <NamingRow top={top} level={row.level} parent={row.parent} {...tree.naming} />;
  const isFolder = row.type === 'directory';
  return (
    <TreeRowView
      row={row}
      top={top}
      flat={flat}
      isOpen={isFolder && tree.isOpen(row.path)}
      isLoading={isFolder && tree.isLoading(row.path)}
      isCurrent={row.path === tree.current}
      isSelected={tree.selection.paths.has(row.path)}
      isFocusable={isFocusable}
      isDropTarget={isFolder && drag?.over === row.path}
      isDraggable={drag !== undefined && !coarse.matches}
      renaming={renaming?.path === row.path ? renaming : undefined}
    />
  );
}

function NamingRow({
  top,
  level,
  parent,
  type,
  ...rest
}: { top: number; level: number; parent: string; type: TreeEntry['type'] } & Renaming) {
  const isFolder = type === 'directory';
  return (
    <div className="tree-item" role="none" style={{ top, paddingLeft: indentOf(level) }}>
      {isFolder ? <Icon name="folder" /> : <FileIcon path="" />}
      <NameInput
        label={isFolder ? texts.name.folder : texts.name.file}
        placeholder={isFolder ? texts.name.placeholderFolder : texts.name.placeholderFile}
        parent={parent}
        start=""
        type={type}
        {...rest}
      />
    </div>
  );
}
