import { useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import { explain, fieldError, hasStatus } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { useCreateFile, useDeleteFile, useMoveFile } from './queries.ts';
import { nameOf, titleOf } from './text.ts';

function pathError(error: unknown, field: string, path: string): string | undefined {
  if (!error) return undefined;
  if (hasStatus(error, 412)) return `${markPath(path)} exists already. Choose another name.`;
  return fieldError(error, field) ?? fieldError(error, `query.${field}`) ?? explain(error);
}

interface PathDialogProps {
  title: string;
  action: string;
  start: string;
  hint: string;
  busy: boolean;
  error: (path: string) => string | undefined;
  onSubmit: (path: string) => void;
  onClose: () => void;
}

function PathDialog({ title, action, start, hint, busy, error, onSubmit, onClose }: PathDialogProps) {
  const [path, setPath] = useState(start);
  const [problem, setProblem] = useState<string>();
  const submit = () => {
    const found = pathProblem(path.trim()) ?? (path.trim() === start ? undefined : newPathProblem(path.trim(), [start]));
    setProblem(found);
    if (!found) onSubmit(path.trim());
  };
  return (
    <FormDialog title={title} action={action} busy={busy} onSubmit={submit} onClose={onClose}>
      <Field
        label="Path"
        hint={hint}
        value={path}
        onChange={(event) => setPath(event.target.value)}
        onFocus={({ target }) => target.setSelectionRange(target.value.length - nameOf(target.value).length, target.value.length)}
        placeholder="notes.md"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        error={problem ?? error(path.trim())}
      />
    </FormDialog>
  );
}

interface NewFileDialogProps {
  projectId: string;
  onCreated: (path: string) => void;
  onClose: () => void;
}

export function NewFileDialog({ projectId, onCreated, onClose }: NewFileDialogProps) {
  const create = useCreateFile(projectId);
  return (
    <PathDialog
      title="New file"
      action="Create file"
      start=""
      hint="Folders are made on the way: docs/guide/intro.md"
      busy={create.isPending}
      error={(path) => pathError(create.error, 'path', path)}
      onSubmit={(path) => create.mutate(path, { onSuccess: ({ file }) => onCreated(file.path) })}
      onClose={onClose}
    />
  );
}

interface EntryDialogProps {
  projectId: string;
  entry: TreeEntry;
  onClose: () => void;
}

export function MoveDialog({ projectId, entry, onMoved, onClose }: EntryDialogProps & { onMoved: (from: string, to: string) => void }) {
  const move = useMoveFile(projectId);
  const submit = (to: string) => {
    if (to === entry.path) return onClose();
    move.mutate({ from: entry.path, to }, { onSuccess: () => onMoved(entry.path, to.normalize('NFC')) });
  };
  return (
    <PathDialog
      title={`Rename or move ${titleOf(entry.path)}`}
      action="Rename"
      start={entry.path}
      hint="A path with other folders moves it."
      busy={move.isPending}
      error={(path) => pathError(move.error, 'to', path)}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}

export function DeleteDialog({ projectId, entry, onDeleted, onClose }: EntryDialogProps & { onDeleted: (path: string) => void }) {
  const remove = useDeleteFile(projectId);
  const name = titleOf(entry.path);
  const done = () => {
    onDeleted(entry.path);
    showToast(`${name} is deleted.`);
  };
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete"
      kind="danger"
      busy={remove.isPending}
      onSubmit={() => remove.mutate(entry.path, { onSuccess: done })}
      onClose={onClose}
    >
      <Failure error={remove.error} />
      <p>
        {entry.type === 'directory'
          ? `The folder and everything in it leave the project for everyone.`
          : `It leaves the project for everyone.`}{' '}
        What it held stays in the project’s history.
      </p>
    </FormDialog>
  );
}
