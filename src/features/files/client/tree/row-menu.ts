import { readFile } from '#features/files/contract.ts';
import { commandKey } from '#ui/app/media.ts';
import type { MenuItem } from '#ui/primitives/menu-items.tsx';
import { urlOf } from '#wire/call.ts';
import { exportUrl } from '../upload/links.ts';
import type { EntryRow } from './rows.ts';
import { texts } from './texts.ts';

interface MenuActions {
  newFile: () => void;
  newFolder: () => void;
  upload: () => void;
  rename: () => void;
  move: () => void;
  duplicate: () => void;
  copyPath: () => void;
  reveal: () => void;
  /** Undefined if there is nowhere to show it. */
  history: (() => void) | undefined;
  remove: () => void;
}

interface RowMenuOptions {
  projectId: string;
  row: EntryRow;
  /** How many rows the actions are for. */
  count: number;
  editable: boolean;
  /** A search result, whose folder is not shown around it. */
  flat: boolean;
  actions: MenuActions;
}

/** The menu of a row, or of several selected ones. */
export function rowMenu({ projectId, row, count, editable, flat, actions }: RowMenuOptions): MenuItem[] {
  const { menu } = texts;
  const one = count === 1;
  const inFolder: MenuItem[] = [
    { label: menu.newFile, icon: 'filePlus', onSelect: actions.newFile },
    { label: menu.newFolder, icon: 'folderPlus', onSelect: actions.newFolder },
    { label: menu.upload, icon: 'upload', onSelect: actions.upload },
  ];
  const changing: MenuItem[] = [
    ...(one ? [{ label: menu.rename, icon: 'pencil', keys: 'F2', onSelect: actions.rename, separated: true } as const] : []),
    { label: menu.move, icon: 'out', onSelect: actions.move, separated: !one },
    { label: menu.duplicate, icon: 'copy', onSelect: actions.duplicate },
  ];
  const reading: MenuItem[] = [
    { label: one ? menu.copyPath : menu.copyPaths, icon: 'link', onSelect: actions.copyPath, separated: editable },
    ...(one ? [downloadOf(projectId, row)] : []),
    ...(one && actions.history ? [{ label: menu.history, icon: 'history', onSelect: actions.history } as const] : []),
    ...(one && flat ? [{ label: menu.reveal, icon: 'search', onSelect: actions.reveal } as const] : []),
  ];
  const removing: MenuItem = {
    label: menu.remove,
    icon: 'trash',
    kind: 'danger',
    keys: commandKey === '⌘' ? '⌘⌫' : 'Del',
    separated: true,
    onSelect: actions.remove,
  };
  if (!editable) return reading;
  return [...(one && !flat ? inFolder : []), ...changing, ...reading, removing];
}

function downloadOf(projectId: string, { path, name, type }: EntryRow): MenuItem {
  if (type === 'directory') return { label: texts.menu.downloadZip, icon: 'download', download: exportUrl(projectId, { path }) };
  const address = urlOf(readFile, { params: { projectId }, query: { path } });
  return { label: texts.menu.download, icon: 'download', download: address, downloadName: name };
}

/** The menu of the space below the rows. */
export function rootMenu({ newFile, newFolder, upload }: Pick<MenuActions, 'newFile' | 'newFolder' | 'upload'>): MenuItem[] {
  return [
    { label: texts.newFile, icon: 'filePlus', onSelect: newFile },
    { label: texts.newFolder, icon: 'folderPlus', onSelect: newFolder },
    { label: texts.uploadFiles, icon: 'upload', onSelect: upload },
  ];
}
