import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import type { ContextMenuPoint } from '#ui/primitives/context-menu.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { FileIcon } from './file-icon.tsx';
import { NameInput } from './name-input.tsx';
import { type EntryRow, indexOfPath, type TreeRow } from './rows.ts';
import { extendTo, type Selection, selectOne, toggleOne } from './selection.ts';
import { texts } from './texts.ts';
import { indentOf, type Renaming, TreeRowView } from './tree-row.tsx';
import type { Drag } from './use-drag.ts';
import { useLongPress } from './use-long-press.ts';
import { useTreeKeys } from './use-tree-keys.ts';
import { useVirtual } from './use-virtual.ts';
import './tree.css';

interface TreeActions {
  onOpen: (path: string) => void;
  onFold: (folder: string, open: boolean) => void;
  /** @param row undefined for the space below the rows */
  onMenu: (row: EntryRow | undefined, at: ContextMenuPoint) => void;
  onRename: (row: EntryRow) => void;
  onDelete: (row: EntryRow) => void;
}

interface TreeViewProps extends TreeActions {
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
  drag: Drag | undefined;
  renaming: ({ path: string } & Renaming) | undefined;
  naming: ({ type: TreeEntry['type'] } & Renaming) | undefined;
  /** The row to scroll to. */
  revealing: string | undefined;
  onRevealed: () => void;
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
  const { label, rows, selection, onSelect, isOpen, drag, flat = false } = props;
  const tree = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const virtual = useVirtual({ scroller: tree, count: rows.length, rowHeight });
  const focused = indexOfPath(rows, selection.focused);
  const at = Math.max(0, focused >= 0 ? focused : indexOfPath(rows, props.current));
  const focus = useRowFocus(tree, rows, virtual.scrollTo, props);
  const activate = (row: EntryRow) => (row.type === 'directory' ? props.onFold(row.path, !isOpen(row.path)) : props.onOpen(row.path));
  const onKeyDown = useTreeKeys({ rows, at, isOpen, page: virtual.visible, selection, onSelect, onFocus: focus, activate, ...pick(props) });
  const rowAt = (target: EventTarget): EntryRow | undefined => {
    const path = target instanceof Element ? target.closest('[data-path]')?.getAttribute('data-path') : undefined;
    const row = rows[indexOfPath(rows, path ?? undefined)];
    return row?.kind === 'entry' ? row : undefined;
  };

  const onClick = (event: MouseEvent) => {
    const row = rowAt(event.target);
    const button = event.target instanceof Element && event.target.closest('.tree-menu');
    if (!row || (event.target instanceof Element && event.target.closest('.tree-name'))) return;
    if (button) {
      const { right, bottom } = button.getBoundingClientRect();
      return openMenu(row, { x: right, y: bottom + 4 });
    }
    if (event.shiftKey) return onSelect(extendTo(selection, rows, row.path));
    if (event.ctrlKey || event.metaKey) return onSelect(toggleOne(selection, row.path));
    onSelect(selectOne(row.path));
    activate(row);
  };
  const openMenu = (row: EntryRow, point: ContextMenuPoint) => {
    if (!selection.paths.has(row.path)) onSelect(selectOne(row.path));
    else onSelect({ ...selection, focused: row.path });
    props.onMenu(row, point);
  };
  const onContextMenu = (event: MouseEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const row = rowAt(event.target);
    const point = { x: event.clientX, y: event.clientY };
    if (row) openMenu(row, point);
    else if (drag) props.onMenu(undefined, point);
  };
  const longPress = useLongPress((target, point) => {
    const row = rowAt(target);
    if (row) openMenu(row, point);
  });

  const shown = shownRows(rows, virtual, at);
  return (
    <div
      ref={tree}
      className="tree"
      role="tree"
      aria-label={label}
      aria-multiselectable="true"
      tabIndex={-1}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onKeyDown={(event: KeyboardEvent<HTMLElement>) => onKeyDown(event, openMenu)}
      onFocus={({ target }) => {
        const row = target.role === 'treeitem' ? rowAt(target) : undefined;
        if (row && row.path !== selection.focused) onSelect({ ...selection, focused: row.path });
      }}
      {...longPress}
    >
      <div role="none" className="tree-rows" style={{ '--row': `${rowHeight}px`, height: rows.length * rowHeight } as CSSProperties}>
        {shown.map(({ row, index }) => {
          const top = index * rowHeight;
          if (row.kind === 'cut') return <CutRow key={`cut ${row.parent}`} top={top} level={row.level} />;
          if (row.kind === 'new')
            return props.naming && <NamingRow key="new" top={top} level={row.level} parent={row.parent} {...props.naming} />;
          const isFolder = row.type === 'directory';
          return (
            <TreeRowView
              key={row.path}
              row={row}
              top={top}
              flat={flat}
              isOpen={isFolder && isOpen(row.path)}
              isLoading={isFolder && props.isLoading(row.path)}
              isCurrent={row.path === props.current}
              isSelected={selection.paths.has(row.path)}
              isFocusable={index === at}
              isDropTarget={isFolder && drag?.over === row.path}
              isDraggable={drag !== undefined && !coarse.matches}
              renaming={props.renaming?.path === row.path ? props.renaming : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}

const pick = ({ onFold, onRename, onDelete }: TreeActions) => ({ onFold, onRename, onDelete });

/** The rows in view, and the focused one wherever it is, so that scrolling does not lose the focus. */
function shownRows(rows: readonly TreeRow[], { from, to }: { from: number; to: number }, at: number) {
  const shown = rows.slice(from, to).map((row, index) => ({ row, index: from + index }));
  const focused = rows[at];
  if (focused && at < from) shown.unshift({ row: focused, index: at });
  if (focused && at >= to) shown.push({ row: focused, index: at });
  return shown;
}

/** @returns a function that moves the focus to a row, which may have to be rendered first */
function useRowFocus(
  tree: RefObject<HTMLElement | null>,
  rows: readonly TreeRow[],
  scrollTo: (index: number) => void,
  { revealing, onRevealed }: Pick<TreeViewProps, 'revealing' | 'onRevealed'>,
) {
  const wanted = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const index = indexOfPath(rows, wanted.current);
    const element = tree.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(wanted.current)}"]`);
    if (index >= 0) scrollTo(index);
    if (!element) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });
  useEffect(() => {
    const index = indexOfPath(rows, revealing);
    if (index < 0) return;
    scrollTo(index);
    onRevealed();
  }, [rows, revealing, onRevealed, scrollTo]);
  return (path: string) => {
    wanted.current = path;
  };
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

function CutRow({ top, level }: { top: number; level: number }) {
  return (
    <div className="tree-item tree-cut" role="none" style={{ top, paddingLeft: indentOf(level) }}>
      {texts.cut}
    </div>
  );
}
