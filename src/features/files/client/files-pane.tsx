import { useRef, useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { DeleteDialog, MoveDialog } from './file-dialogs.tsx';
import { FileTree } from './file-tree.tsx';
import { useFiles } from './queries.ts';

interface FilesPaneProps {
  projectId: string;
  current: string | undefined;
  editable: boolean;
  onOpen: (path: string) => void;
  onNew: () => void;
  onMoved: (from: string, to: string) => void;
  onDeleted: (path: string) => void;
}

export function FilesPane({ projectId, current, editable, onOpen, onNew, onMoved, onDeleted }: FilesPaneProps) {
  const files = useFiles(projectId);
  const [openDialog, setOpenDialog] = useState<{ what: 'move' | 'delete'; entry: TreeEntry }>();
  const pane = useRef<HTMLElement>(null);
  const close = () => setOpenDialog(undefined);
  const closeDone = () => {
    close();
    // The row that opened the dialog is gone with its path, so the dialog cannot restore the focus.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) pane.current?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]')?.focus();
    });
  };
  return (
    <section ref={pane} className="pane" aria-label="Files">
      <div className="pane-head">
        <h2>Files</h2>
        {editable && (
          <Button kind="quiet" size="small" icon="plus" onClick={onNew}>
            New file
          </Button>
        )}
      </div>
      <div className="pane-body">
        {files.isPending && <Waiting what="Loading files" />}
        <Failure error={files.error} onRetry={() => void files.refetch()} />
        {files.data?.truncated && <Note>Only a part of the files is listed: the project has too many for one list.</Note>}
        {files.data && (
          <FileTree
            projectId={projectId}
            entries={files.data.entries}
            current={current}
            editable={editable}
            onOpen={onOpen}
            onRename={(entry) => setOpenDialog({ what: 'move', entry })}
            onDelete={(entry) => setOpenDialog({ what: 'delete', entry })}
          />
        )}
      </div>
      {openDialog?.what === 'move' && (
        <MoveDialog
          projectId={projectId}
          entry={openDialog.entry}
          onMoved={(from, to) => {
            closeDone();
            onMoved(from, to);
          }}
          onClose={close}
        />
      )}
      {openDialog?.what === 'delete' && (
        <DeleteDialog
          projectId={projectId}
          entry={openDialog.entry}
          onDeleted={(path) => {
            closeDone();
            onDeleted(path);
          }}
          onClose={close}
        />
      )}
    </section>
  );
}
