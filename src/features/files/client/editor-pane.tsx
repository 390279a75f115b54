import { useState, useSyncExternalStore } from 'react';
import type { Presence } from '#features/files/presence-contract.ts';
import { commandKey } from '#ui/app/media.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { BinaryView } from './binary-view.tsx';
import { CloseDialog } from './close-dialog.tsx';
import { EditorTabs } from './editor-tabs.tsx';
import { usePresence } from './presence/use-presence.ts';
import { TextFile } from './text-file.tsx';
import { texts } from './texts.ts';
import { UndoDialog } from './undo-dialog.tsx';
import { undoWords } from './undo-words.ts';
import type { OpenFiles } from './use-open-files.ts';
import { type Undo, useUndo } from './use-undo.ts';
import './editor-pane.css';

interface EditorPaneProps {
  projectId: string;
  files: OpenFiles;
  current: string | undefined;
  editable: boolean;
  onSelect: (path: string | undefined) => void;
  onNew: () => void;
}

export function EditorPane({ projectId, files, current, editable, onSelect, onNew }: EditorPaneProps) {
  const { buffers, paths, dirtyPaths, close } = files;
  const undo = useUndo(projectId);
  const people = usePresence(projectId, current);
  const [closing, setClosing] = useState<string>();
  const askedClose = (path: string) => (dirtyPaths.includes(path) ? setClosing(path) : close(path));
  return (
    <section className="pane editor-pane" aria-label={texts.editor.pane}>
      {paths.length > 0 && (
        <EditorTabs paths={paths} current={current} dirtyPaths={dirtyPaths} people={people} onSelect={onSelect} onClose={askedClose} />
      )}
      {current ? (
        <OpenFile
          projectId={projectId}
          files={files}
          path={current}
          editable={editable}
          undo={undo}
          people={people.filter((each) => each.path === current)}
        />
      ) : (
        <Empty
          icon="file"
          title={texts.editor.empty}
          action={
            editable && (
              <Button icon="plus" onClick={onNew}>
                {texts.editor.create}
              </Button>
            )
          }
        >
          {texts.editor.emptyAbout(commandKey)}
        </Empty>
      )}
      {undo.conflicts && (
        <UndoDialog
          conflicts={undo.conflicts}
          words={undoWords}
          onOpen={(path) => {
            undo.dismiss();
            onSelect(path);
          }}
          onClose={undo.dismiss}
        />
      )}
      {closing && (
        <CloseDialog
          path={closing}
          onSave={async () => {
            setClosing(undefined);
            await buffers.save(closing);
            if (!buffers.dirtyPaths().includes(closing)) close(closing);
          }}
          onDiscard={() => {
            setClosing(undefined);
            close(closing);
          }}
          onCancel={() => setClosing(undefined)}
        />
      )}
    </section>
  );
}

interface OpenFileProps {
  projectId: string;
  files: OpenFiles;
  path: string;
  editable: boolean;
  undo: Undo;
  people: readonly Presence[];
}

function OpenFile({ projectId, files, path, editable, undo, people }: OpenFileProps) {
  const { buffers } = files;
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
  const takesCursor = () => files.takesCursor(path);
  const shared = { projectId, buffers, path, editable, undo, people, takesCursor };
  return <TextFile {...shared} buffer={buffer} />;
}
