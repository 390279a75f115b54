import { readFile } from '#features/files/contract.ts';
import { commandKey } from '#ui/app/media.ts';
import type { MenuItem } from '#ui/primitives/menu-items.tsx';
import { urlOf } from '#wire/call.ts';
import { nameOf } from '../text.ts';
import type { EditorHandle } from './handle.ts';
import { texts } from './texts.ts';

interface HeadMenuOptions {
  projectId: string;
  path: string;
  editable: boolean;
  /** Undefined while the editor is not shown. */
  handle: EditorHandle | undefined;
  /** Undefined for a language without a formatter. */
  onFormat: (() => void) | undefined;
  wrap: boolean;
  autosave: boolean;
  authors: boolean;
  onOption: (changes: { wrap?: boolean; autosave?: boolean; authors?: boolean }) => void;
}

/** What can be done with a text, and how it is shown. */
export function headMenu({ projectId, path, editable, handle, onFormat, wrap, autosave, authors, onOption }: HeadMenuOptions): MenuItem[] {
  const { menu } = texts;
  const inText: MenuItem[] = handle
    ? [
        { label: editable ? menu.findAndReplace : menu.find, icon: 'search', keys: `${commandKey}+F`, onSelect: handle.find },
        { label: menu.goToLine, icon: 'out', keys: 'Ctrl+G', onSelect: handle.goToLine },
        ...(editable && onFormat ? [{ label: menu.format, icon: 'check', onSelect: onFormat } as const] : []),
        { label: menu.foldAll, icon: 'updown', onSelect: handle.foldAll },
        { label: menu.unfoldAll, icon: 'updown', onSelect: handle.unfoldAll },
      ]
    : [];
  const address = urlOf(readFile, { params: { projectId }, query: { path } });
  return [
    ...inText,
    { label: wrap ? menu.noWrap : menu.wrap, icon: 'undo', separated: inText.length > 0, onSelect: () => onOption({ wrap: !wrap }) },
    { label: authors ? menu.authorsOff : menu.authorsOn, icon: 'people', onSelect: () => onOption({ authors: !authors }) },
    ...(editable
      ? [
          {
            label: autosave ? menu.autosaveOff : menu.autosaveOn,
            icon: 'clock',
            onSelect: () => onOption({ autosave: !autosave }),
          } as const,
        ]
      : []),
    { label: menu.download, icon: 'download', download: address, downloadName: nameOf(path), separated: true },
  ];
}
