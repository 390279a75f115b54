/** The key bindings of the tree, after the tree pattern of the ARIA practices; F2 and Delete as in file managers. */
import type { TreeEntry } from '#features/files/contract.ts';
import type { TreeRow } from './tree.ts';

type TreeMove =
  | { kind: 'focus'; index: number }
  | { kind: 'fold'; path: string; open: boolean }
  | { kind: 'activate' | 'rename' | 'delete'; entry: TreeEntry };

export function readKey(key: string, rows: readonly TreeRow[], at: number, isOpen: (path: string) => boolean): TreeMove | undefined {
  const row = rows[at];
  if (!row) return undefined;
  const { entry, level } = row;
  const folder = entry.type === 'directory' ? (isOpen(entry.path) ? 'open' : 'closed') : undefined;
  switch (key) {
    case 'ArrowDown':
      return { kind: 'focus', index: at + 1 };
    case 'ArrowUp':
      return { kind: 'focus', index: at - 1 };
    case 'Home':
      return { kind: 'focus', index: 0 };
    case 'End':
      return { kind: 'focus', index: rows.length - 1 };
    case 'ArrowRight':
      if (folder === 'closed') return { kind: 'fold', path: entry.path, open: true };
      return folder === 'open' ? { kind: 'focus', index: at + 1 } : undefined;
    case 'ArrowLeft': {
      if (folder === 'open') return { kind: 'fold', path: entry.path, open: false };
      const parent = rows.findLastIndex((each, index) => index < at && each.level < level);
      return parent >= 0 ? { kind: 'focus', index: parent } : undefined;
    }
    case 'Enter':
    case ' ':
      return { kind: 'activate', entry };
    case 'F2':
      return { kind: 'rename', entry };
    case 'Delete':
      return { kind: 'delete', entry };
  }
  return undefined;
}
