import { ContextMenu } from '#ui/primitives/context-menu.tsx';
import { rootMenu, rowMenu } from './row-menu.ts';
import { folderOf } from './rows.ts';
import { texts } from './texts.ts';
import type { FilesPaneProps, FilesPaneState } from './use-files-pane.ts';

interface FilesMenuProps extends Pick<FilesPaneProps, 'projectId' | 'editable'> {
  state: FilesPaneState;
  onHistory: FilesPaneProps['onHistory'] | undefined;
}

/** The menu of a row, of several selected ones, or of the space below the rows. */
export function FilesMenu({ state, projectId, editable, onHistory }: FilesMenuProps) {
  const { menu, setMenu, pane, actions, naming, upload } = state;
  if (!menu) return null;
  const { row, at } = menu;
  const folder = row ? folderOf(row) : '';
  const paths = row ? pane.targets(row.path) : [];
  const inFolder = {
    newFile: () => naming.startNew(folder, 'file'),
    newFolder: () => naming.startNew(folder, 'directory'),
    upload: () => upload.chooseFiles(folder),
  };
  const items = row
    ? rowMenu({
        projectId,
        row,
        count: paths.length,
        editable,
        flat: pane.filter.isActive,
        actions: {
          ...inFolder,
          rename: () => naming.startRenaming(row.path),
          move: () => actions.askWhereTo(paths),
          duplicate: () => void actions.duplicate(paths),
          copyPath: () => void actions.copyPaths(paths),
          reveal: () => pane.reveal(row.path),
          history: onHistory && (() => onHistory(row.path)),
          remove: () => actions.askToRemove(paths),
        },
      })
    : rootMenu(inFolder);
  const label = row && paths.length === 1 ? texts.menu.of(row.name) : row ? texts.menu.ofMany(paths.length) : texts.title;
  return (
    <ContextMenu
      label={label}
      at={at}
      items={items}
      onClose={() => {
        setMenu(undefined);
        // Before the action, which may move the focus on.
        pane.focusNow();
      }}
    />
  );
}
