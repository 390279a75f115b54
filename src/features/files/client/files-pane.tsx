import { useRef } from 'react';
import { ContextMenu } from '#ui/primitives/context-menu.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { EmptyTree } from './tree/empty-tree.tsx';
import { FilesHead } from './tree/files-head.tsx';
import { FilterField } from './tree/filter.tsx';
import { MoveDialog } from './tree/move-dialog.tsx';
import { rootMenu, rowMenu } from './tree/row-menu.ts';
import { folderOf } from './tree/rows.ts';
import { selectOne } from './tree/selection.ts';
import { texts } from './tree/texts.ts';
import { TreeView } from './tree/tree-view.tsx';
import { UnsavedDialog } from './tree/unsaved-dialog.tsx';
import { type FilesPaneProps, type FilesPaneState, useFilesPane } from './tree/use-files-pane.ts';
import { UndoDialog } from './undo-dialog.tsx';
import { undoWords } from './undo-words.ts';
import './tree/files-pane.css';

export function FilesPane(props: FilesPaneProps) {
  const { projectId, current, editable } = props;
  const pane = useRef<HTMLElement>(null);
  const filterField = useRef<HTMLInputElement>(null);
  const state = useFilesPane(props, pane);
  const { tree, filter, rows, here, actions, upload, drag } = state;
  const chooseUpload = { files: upload.chooseFiles, folder: upload.chooseFolder, zip: upload.chooseZip };
  const { data: root } = tree.root;
  const isEmpty = root?.entries.length === 0 && !tree.naming;
  const first = rows.find((row) => row.kind === 'entry');
  return (
    <section
      ref={pane}
      className="pane files-pane"
      aria-label={texts.title}
      data-drop={drag?.over === '' || undefined}
      onPaste={(event) => editable && upload.paste(event, here)}
      {...state.dragHandlers}
    >
      <FilesHead
        projectId={projectId}
        editable={editable}
        onReveal={current ? () => actions.reveal(current) : undefined}
        onCollapse={tree.folders.closeAll}
        onNew={(type) => actions.startNew(here, type)}
        onUpload={(what) => chooseUpload[what](here)}
      />
      {root && !isEmpty && (
        <FilterField
          field={filterField}
          value={filter.value}
          onChange={filter.set}
          onDown={() => {
            if (first) state.select(selectOne(first.path));
            state.focusRow();
          }}
          onEnter={() => filter.isActive && first && props.onOpen(first.path)}
        />
      )}
      <div className="files-body">
        {tree.root.isPending && <Waiting what={texts.loading} />}
        <Failure error={tree.root.error} onRetry={() => void tree.root.refetch()} />
        {isEmpty && (
          <EmptyTree editable={editable} onNew={() => actions.startNew('', 'file')} onUpload={(what) => chooseUpload[what]('')} />
        )}
        {root && !isEmpty && <Rows {...props} state={state} />}
      </div>
      {drag?.outside && drag.over !== undefined && <p className="files-drop">{texts.drop(drag.over)}</p>}
      {upload.panel}
      {upload.elements}
      <Layers {...props} state={state} />
    </section>
  );
}

function Rows({ state, current, onOpen }: FilesPaneProps & { state: FilesPaneState }) {
  const { tree, filter, rows, actions, select, selection } = state;
  const { names, isActive } = filter;
  if (isActive && !names.data) return names.error ? <Failure error={names.error} /> : <Waiting what={texts.filtering} />;
  if (isActive && rows.length === 0) {
    return (
      <Empty icon="search" title={texts.noMatch}>
        {texts.noMatchAbout}
      </Empty>
    );
  }
  return (
    <>
      <TreeView
        label={isActive ? texts.results : texts.tree}
        rows={rows}
        flat={isActive}
        current={current}
        selection={selection}
        onSelect={select}
        isOpen={(folder) => tree.folders.open.has(folder)}
        isLoading={tree.isLoading}
        onFold={(folder, open) => (open ? tree.folders.openAll([folder]) : tree.folders.close(folder))}
        onOpen={onOpen}
        onMenu={(row, at) => state.setMenu({ row, at })}
        onRename={actions.rename}
        onDelete={(row) => actions.remove(state.targets(row.path))}
        drag={state.drag}
        renaming={state.renaming}
        naming={state.naming}
        revealing={tree.revealing}
        onRevealed={tree.revealed}
      />
      {isActive && names.data?.truncated && <Note>{texts.moreMatches}</Note>}
    </>
  );
}

/** The menu and dialogs. */
function Layers({ state, projectId, editable, onHistory, onOpen }: FilesPaneProps & { state: FilesPaneState }) {
  const { dialog, setDialog, arrange, undo } = state;
  const close = () => setDialog(undefined);
  return (
    <>
      <FilesMenu state={state} projectId={projectId} editable={editable} onHistory={onHistory} />
      {dialog?.kind === 'move' && (
        <MoveDialog projectId={projectId} paths={dialog.paths} onMove={(folder) => arrange.move(dialog.paths, folder)} onClose={close} />
      )}
      {dialog?.kind === 'unsaved' && (
        <UnsavedDialog
          paths={dialog.paths}
          unsaved={dialog.unsaved}
          onDelete={() => {
            close();
            void state.remove(dialog.paths);
          }}
          onClose={close}
        />
      )}
      {undo.conflicts && (
        <UndoDialog
          conflicts={undo.conflicts}
          words={undoWords}
          onOpen={(path) => {
            undo.dismiss();
            onOpen(path);
          }}
          onClose={undo.dismiss}
        />
      )}
    </>
  );
}

interface FilesMenuProps extends Pick<FilesPaneProps, 'projectId' | 'editable'> {
  state: FilesPaneState;
  onHistory: FilesPaneProps['onHistory'] | undefined;
}

function FilesMenu({ state, projectId, editable, onHistory }: FilesMenuProps) {
  const { menu, setMenu, actions, targets, filter, upload } = state;
  if (!menu) return null;
  const { row, at } = menu;
  const folder = row ? folderOf(row) : '';
  const paths = row ? targets(row.path) : [];
  const inFolder = {
    newFile: () => actions.startNew(folder, 'file'),
    newFolder: () => actions.startNew(folder, 'directory'),
    upload: () => upload.chooseFiles(folder),
  };
  const items = row
    ? rowMenu({
        projectId,
        row,
        count: paths.length,
        editable,
        flat: filter.isActive,
        actions: {
          ...inFolder,
          rename: () => actions.rename(row),
          move: () => actions.move(paths),
          duplicate: () => void actions.duplicate(paths),
          copyPath: () => void actions.copyPaths(paths),
          reveal: () => actions.reveal(row.path),
          history: onHistory && (() => onHistory(row.path)),
          remove: () => actions.remove(paths),
        },
      })
    : rootMenu(inFolder);
  return (
    <ContextMenu
      label={row && paths.length === 1 ? texts.menu.of(row.name) : row ? texts.menu.ofMany(paths.length) : texts.title}
      at={at}
      items={items}
      onClose={() => {
        setMenu(undefined);
        // Before the action, which may move the focus on.
        state.focusNow();
      }}
    />
  );
}
