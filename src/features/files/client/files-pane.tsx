import { useRef } from 'react';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { EmptyTree } from './tree/empty-tree.tsx';
import { FilesHead } from './tree/files-head.tsx';
import { FilesMenu } from './tree/files-menu.tsx';
import { FilesRows } from './tree/files-rows.tsx';
import { FilterField } from './tree/filter.tsx';
import { MoveDialog } from './tree/move-dialog.tsx';
import { selectOne } from './tree/selection.ts';
import { texts } from './tree/texts.ts';
import { UnsavedDialog } from './tree/unsaved-dialog.tsx';
import { type FilesPaneProps, type FilesPaneState, useFilesPane } from './tree/use-files-pane.ts';
import { UndoDialog } from './undo/undo-dialog.tsx';
import { undoWords } from './undo/undo-words.ts';
import './tree/files-pane.css';

export function FilesPane(props: FilesPaneProps) {
  const { projectId, current, editable } = props;
  const element = useRef<HTMLElement>(null);
  const state = useFilesPane(props, element);
  const { pane, naming, upload, drag } = state;
  const { root } = pane.tree;
  const choose = { files: upload.chooseFiles, folder: upload.chooseFolder, zip: upload.chooseZip };
  const isEmpty = root.data?.entries.length === 0 && !naming.naming;
  return (
    <section
      ref={element}
      className="pane files-pane"
      aria-label={texts.title}
      data-drop={drag?.over === '' || undefined}
      onPaste={(event) => editable && upload.paste(event, pane.here)}
      {...state.dragHandlers}
    >
      <FilesHead
        projectId={projectId}
        editable={editable}
        onReveal={current ? () => pane.reveal(current) : undefined}
        onCollapse={pane.tree.folders.closeAll}
        onNew={(type) => naming.startNew(pane.here, type)}
        onUpload={(what) => choose[what](pane.here)}
      />
      {root.data && !isEmpty && <Filter state={state} onOpen={props.onOpen} />}
      <div className="files-body">
        {root.isPending && <Waiting what={texts.loading} />}
        <Failure error={root.error} onRetry={() => void root.refetch()} />
        {isEmpty && <EmptyTree editable={editable} onNew={() => naming.startNew('', 'file')} onUpload={(what) => choose[what]('')} />}
        {root.data && !isEmpty && <FilesRows {...props} state={state} />}
      </div>
      {drag?.outside && drag.over !== undefined && <p className="files-drop">{texts.drop(drag.over)}</p>}
      {upload.panel}
      {upload.elements}
      <FilesMenu state={state} projectId={projectId} editable={editable} onHistory={props.onHistory} />
      <Dialogs {...props} state={state} />
    </section>
  );
}

function Filter({ state: { pane }, onOpen }: { state: FilesPaneState } & Pick<FilesPaneProps, 'onOpen'>) {
  const { filter, rows } = pane;
  const first = rows.find((row) => row.kind === 'entry');
  return (
    <FilterField
      value={filter.value}
      onChange={filter.set}
      onDown={() => {
        if (first) pane.select(selectOne(first.path));
        pane.focusRow();
      }}
      onEnter={() => filter.isActive && first && onOpen(first.path)}
    />
  );
}

function Dialogs({ state, projectId, onOpen }: FilesPaneProps & { state: FilesPaneState }) {
  const { actions, undo } = state;
  const { dialog, closeDialog } = actions;
  return (
    <>
      {dialog?.kind === 'move' && (
        <MoveDialog
          projectId={projectId}
          paths={dialog.paths}
          onMove={(folder) => actions.move(dialog.paths, folder)}
          onClose={closeDialog}
        />
      )}
      {dialog?.kind === 'unsaved' && (
        <UnsavedDialog
          paths={dialog.paths}
          unsaved={dialog.unsaved}
          onDelete={() => {
            closeDialog();
            void actions.remove(dialog.paths);
          }}
          onClose={closeDialog}
        />
      )}
      <UndoDialog undo={undo} words={undoWords} onOpen={onOpen} />
    </>
  );
}
