import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { useStored } from '#ui/app/stored.ts';
import { Empty } from '#ui/primitives/empty.tsx';
import { ancestorsOf, rowsOf } from './tree.ts';
import { TreeItem } from './tree-item.tsx';
import { readKey } from './tree-keys.ts';
import './file-tree.css';

interface TreeActions {
  onOpen: (path: string) => void;
  onRename: (entry: TreeEntry) => void;
  onDelete: (entry: TreeEntry) => void;
}

interface FileTreeProps extends TreeActions {
  projectId: string;
  entries: readonly TreeEntry[];
  /** The file in the editor. */
  current: string | undefined;
  editable: boolean;
}

/** More files than this come from an import or a move, and would expand the whole tree. */
const MAX_REVEALED = 5;

const parsePaths = (stored: unknown): readonly string[] => (Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []);

export function FileTree({ projectId, entries, current, editable, ...actions }: FileTreeProps) {
  const [openFolders, setOpenFolders] = useStored(`folders:${projectId}`, parsePaths);
  const [focused, setFocused] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => {
    const open = new Set(openFolders);
    return rowsOf(entries, (path) => open.has(path));
  }, [entries, openFolders]);

  useReveal(current, entries, openFolders, setOpenFolders);
  const indexOf = (path: string | undefined) => rows.findIndex(({ entry }) => entry.path === path);
  const currentIsShown = current !== undefined && indexOf(current) >= 0;
  useEffect(() => {
    if (currentIsShown) findRow(tree.current, current)?.scrollIntoView({ block: 'nearest' });
  }, [current, currentIsShown]);
  const known = indexOf(focused);
  const at = Math.max(0, known >= 0 ? known : indexOf(current));

  const toggle = (path: string, open = !openFolders.includes(path)) =>
    setOpenFolders(open ? [...openFolders, path] : openFolders.filter((each) => each !== path));
  const activate = (entry: TreeEntry) => {
    if (entry.type === 'directory') toggle(entry.path);
    else actions.onOpen(entry.path);
  };
  const focusRow = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row) findRow(tree.current, row.entry.path)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.role !== 'treeitem') return;
    const move = readKey(event.key, rows, at, (path) => openFolders.includes(path));
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (move.kind === 'focus') focusRow(move.index);
    else if (move.kind === 'fold') toggle(move.path, move.open);
    else if (move.kind === 'activate') activate(move.entry);
    else if (editable && move.kind === 'rename') actions.onRename(move.entry);
    else if (editable) actions.onDelete(move.entry);
  };
  const onClick = ({ target }: MouseEvent) => {
    const item = target instanceof Element && !target.closest('button, [role=menu]') && target.closest('[data-path]');
    const row = item && rows.find(({ entry }) => entry.path === item.getAttribute('data-path'));
    if (row) activate(row.entry);
  };
  if (rows.length === 0) {
    return (
      <Empty icon="file" title="No files yet">
        {editable ? 'Create the first one with “New file”, or ask the agent to.' : 'What the team writes appears here.'}
      </Empty>
    );
  }
  return (
    <div
      ref={tree}
      className="tree"
      role="tree"
      aria-label="Files"
      tabIndex={-1}
      onClick={onClick}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => setFocused(target.closest('[data-path]')?.getAttribute('data-path') ?? undefined)}
    >
      {rows.map((row, index) => (
        <TreeItem
          key={row.entry.path}
          row={row}
          isOpen={openFolders.includes(row.entry.path)}
          isCurrent={row.entry.path === current}
          isFocusable={index === at}
          editable={editable}
          onRename={() => actions.onRename(row.entry)}
          onDelete={() => actions.onDelete(row.entry)}
        />
      ))}
    </div>
  );
}

const findRow = (tree: HTMLElement | null, path: string): HTMLElement | null | undefined =>
  tree?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);

/**
 * Expands the folders of the file in the editor, and of the few files that appear while the tree is shown: an agent has just created them.
 */
function useReveal(
  current: string | undefined,
  entries: readonly TreeEntry[],
  openFolders: readonly string[],
  setOpenFolders: (paths: readonly string[]) => void,
) {
  const revealed = useRef<string>(undefined);
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    const paths = entries.flatMap((entry) => (entry.type === 'file' ? [entry.path] : []));
    const appeared = known.current ? paths.filter((path) => !known.current?.has(path)) : [];
    known.current = new Set(paths);
    const wanted = appeared.length <= MAX_REVEALED ? appeared : [];
    if (current && revealed.current !== current) wanted.push(current);
    revealed.current = current;
    const missing = new Set(wanted.flatMap(ancestorsOf).filter((path) => !openFolders.includes(path)));
    if (missing.size > 0) setOpenFolders([...openFolders, ...missing]);
  }, [current, entries, openFolders, setOpenFolders]);
}
