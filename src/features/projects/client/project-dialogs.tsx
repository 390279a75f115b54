import { useState } from 'react';
import type { Project } from '#features/projects/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { isTypedName } from '#wire/hidden-characters.ts';
import { useCreateProject, useDeleteProject, useRenameProject } from './queries.ts';

export function NewProjectDialog({ onCreated, onClose }: { onCreated: (project: Project) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useCreateProject();
  const rest = explainRest(create.error, ['name']);
  return (
    <FormDialog
      title="New project"
      action="Create project"
      busy={create.isPending}
      onSubmit={() => create.mutate(name.trim(), { onSuccess: onCreated })}
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder="Handbook"
        autoComplete="off"
        maxLength={100}
        error={fieldError(create.error, 'name')}
      />
    </FormDialog>
  );
}

export function RenameProjectDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const [name, setName] = useState(project.name);
  const rename = useRenameProject(project.id);
  const rest = explainRest(rename.error, ['name']);
  return (
    <FormDialog
      title="Rename project"
      action="Rename"
      busy={rename.isPending}
      onSubmit={() => rename.mutate(name.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onFocus={(event) => event.target.select()}
        autoComplete="off"
        maxLength={100}
        error={fieldError(rename.error, 'name')}
      />
    </FormDialog>
  );
}

export function DeleteProjectDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const remove = useDeleteProject(project.id);
  const onDeleted = () => {
    onClose();
    showToast(`${project.name} is deleted.`);
  };
  return (
    <FormDialog
      title={`Delete ${project.name}?`}
      action="Delete project"
      kind="danger"
      busy={remove.isPending}
      disabled={!isTypedName(typed, project.name)}
      onSubmit={() => remove.mutate(undefined, { onSuccess: onDeleted })}
      onClose={onClose}
    >
      <p>Its files, their history and its agent runs are gone with it, for everyone. This cannot be undone.</p>
      <Failure error={remove.error} />
      <Field
        label={`Type ${project.name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </FormDialog>
  );
}
