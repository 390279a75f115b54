import { type Change, readFile } from '#features/files/contract.ts';
import type { MenuItem } from '#ui/primitives/menu-items.tsx';
import { urlOf } from '#wire/call.ts';
import { nameOf } from '../text.ts';
import { exportUrl } from '../upload/links.ts';
import type { Shown } from './shown.ts';
import { texts } from './texts.ts';

interface ChangeMenuOptions {
  projectId: string;
  change: Change;
  /** The file or folder whose history is shown. */
  of: string | undefined;
  /** It is a file, and was there after the change. */
  isFile: boolean;
  editable: boolean;
  onShow: (shown: Shown) => void;
  onName: (at: number) => void;
  onUndo: () => void;
  /** Undefined if only changes of this run are shown already. */
  onOnlyRun: ((run: string) => void) | undefined;
  onRun: (run: string) => void;
}

/** What can be done with a change, and with the state after it. */
export function changeMenu({
  projectId,
  change,
  of,
  isFile,
  editable,
  onShow,
  onName,
  onUndo,
  onOnlyRun,
  onRun,
}: ChangeMenuOptions): MenuItem[] {
  const { menu } = texts;
  const { number, run, undone } = change;
  const download =
    isFile && of !== undefined
      ? {
          label: menu.downloadFile,
          download: urlOf(readFile, { params: { projectId }, query: { path: of, at: number } }),
          downloadName: nameOf(of),
        }
      : { label: menu.download, download: exportUrl(projectId, { ...(of !== undefined && { path: of }), at: number }) };
  return [
    { label: menu.compareNow, icon: 'beside', onSelect: () => onShow({ kind: 'compare', from: number, to: undefined }) },
    ...(editable ? [{ label: menu.restore, icon: 'history', onSelect: () => onShow({ kind: 'restore', at: number }) } as const] : []),
    ...(editable ? [{ label: menu.name, icon: 'flag', onSelect: () => onName(number) } as const] : []),
    { icon: 'download', ...download },
    ...(editable && !undone ? [{ label: menu.undo, icon: 'undo', separated: true, onSelect: onUndo } as const] : []),
    ...(run !== null ? [{ label: menu.openRun, icon: 'agent', separated: true, onSelect: () => onRun(run) } as const] : []),
    ...(run !== null && onOnlyRun ? [{ label: menu.onlyRun, icon: 'search', onSelect: () => onOnlyRun(run) } as const] : []),
  ];
}
