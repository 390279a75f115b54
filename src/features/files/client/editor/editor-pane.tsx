import { useState, useSyncExternalStore } from 'react';
import type { Presence } from '#features/files/presence-contract.ts';
import { commandKey } from '#ui/app/media.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { BinaryView } from '../binary-view.tsx';
import { CloseDialog } from '../close-dialog.tsx';
import type { HistoryRequest, Shown } from '../history/shown.ts';
import { usePresence } from '../presence/use-presence.ts';
import { TextFile } from '../text-file.tsx';
import { texts } from '../texts.ts';
import { UndoDialog } from '../undo/undo-dialog.tsx';
import { undoWords } from '../undo/undo-words.ts';
import { type Undo, useUndo } from '../undo/use-undo.ts';
import type { OpenFiles } from '../use-open-files.ts';
import { useViewTabs } from '../use-view-tabs.ts';
import type { EditorPaneProps } from './editor-pane-props.ts';
import { EditorTabs } from './editor-tabs.tsx';
import { EditorViews } from './editor-views.tsx';
import './editor-pane.css';

export function EditorPane(props: EditorPaneProps) {
  const { projectId, files, current, view, editable, onSelect, onView, onRun, onNew } = props;
  const { paths, dirtyPaths, close } = files;
  const undo = useUndo(projectId);
  const people = usePresence(projectId, view ? undefined : current);
  const [closing, setClosing] = useState<string>();
  const views = useViewTabs(view, onView);
  const askedClose = (path: string) => (dirtyPaths.includes(path) ? setClosing(path) : close(path));
  const shown = view ? undefined : current;
  const [request, setRequest] = useState<HistoryRequest>();
  const openHistory = (of: string | undefined, show: Shown | undefined) => {
    setRequest({ of, show });
    onView({ kind: 'history', of });
  };
  return (
    <section className="pane editor-pane" aria-label={texts.editor.pane}>
      {paths.length + views.tabs.length > 0 && (
        <EditorTabs
          paths={paths}
          current={shown}
          dirtyPaths={dirtyPaths}
          people={people}
          views={views.tabs}
          onSelect={onSelect}
          onClose={askedClose}
        />
      )}
      <EditorViews {...props} open={views.open} request={request} undo={undo} onHistory={openHistory} />
      {current ? (
        // Stays while a view is shown: the editor has its cursor and what can be undone.
        <div className="editor-file" hidden={view !== undefined}>
          <OpenFile
            projectId={projectId}
            files={files}
            path={current}
            shown={view === undefined}
            onHistory={(show) => openHistory(current, show)}
            onRun={onRun}
            editable={editable}
            undo={undo}
            people={people.filter((each) => each.path === current)}
          />
        </div>
      ) : (
        !view && <NoFile editable={editable} onNew={onNew} />
      )}
      <Dialogs files={files} undo={undo} closing={closing} onClosing={setClosing} onSelect={onSelect} />
    </section>
  );
}

function NoFile({ editable, onNew }: Pick<EditorPaneProps, 'editable' | 'onNew'>) {
  const create = editable && (
    <Button icon="plus" onClick={onNew}>
      {texts.editor.create}
    </Button>
  );
  return (
    <Empty icon="file" title={texts.editor.empty} action={create}>
      {texts.editor.emptyAbout(commandKey)}
    </Empty>
  );
}

interface DialogsProps extends Pick<EditorPaneProps, 'files' | 'onSelect'> {
  undo: Undo;
  /** A file with unsaved changes that is to be closed. */
  closing: string | undefined;
  onClosing: (path: string | undefined) => void;
}

function Dialogs({ files: { buffers, close }, undo, closing, onClosing, onSelect }: DialogsProps) {
  return (
    <>
      <UndoDialog undo={undo} words={undoWords} onOpen={onSelect} />
      {closing && (
        <CloseDialog
          path={closing}
          onSave={async () => {
            onClosing(undefined);
            await buffers.save(closing);
            if (!buffers.dirtyPaths().includes(closing)) close(closing);
          }}
          onDiscard={() => {
            onClosing(undefined);
            close(closing);
          }}
          onCancel={() => onClosing(undefined)}
        />
      )}
    </>
  );
}

interface OpenFileProps {
  projectId: string;
  files: OpenFiles;
  path: string;
  shown: boolean;
  onHistory: (show: Shown | undefined) => void;
  onRun: (run: string) => void;
  editable: boolean;
  undo: Undo;
  people: readonly Presence[];
}

function OpenFile({ projectId, files, path, shown, onHistory, onRun, editable, undo, people }: OpenFileProps) {
  const { buffers, goTo } = files;
  const buffer = useSyncExternalStore(buffers.subscribe, () => buffers.get(path));
  if (!buffer || buffer.kind === 'loading') return <Waiting what={texts.editor.loading(path)} />;
  if (buffer.kind === 'failed') {
    return (
      <div className="editor-notes">
        <Failure error={buffer.error} onRetry={() => void buffers.open(path)} />
      </div>
    );
  }
  if (buffer.kind === 'binary') return <BinaryView projectId={projectId} path={path} bytes={buffer.bytes} />;
  const shared = {
    projectId,
    buffers,
    path,
    editable,
    undo,
    people,
    onHistory,
    onRun,
    onOpenFile: files.openToType,
    goTo: shown ? goTo : undefined,
  };
  return <TextFile {...shared} buffer={buffer} />;
}
